import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { loadPage } from './data/first-paint.ts';
import './style/tokens.css';
import './style/base.css';
import './style/app.css';
import './style/table.css';
import './style/acts.css';
import './style/drawer.css';

// Before the first render, so that the request leaves as early as it can.
void loadPage();
createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
