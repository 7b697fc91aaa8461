import { Component, type ReactNode } from 'react';
import { useTexts } from '../text/language.ts';
import { problemTexts } from './problem.texts.ts';

type State = { readonly error: unknown };

/** Keeps the header when a part of the page fails. Another page (`key`) starts anew. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override readonly state: State = { error: undefined };
  static getDerivedStateFromError = (error: unknown): State => ({ error });
  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <Crash error={this.state.error} />;
  }
}

// A part that cannot be loaded: its file is gone since the server was updated, or nothing can be loaded.
const isMissing = (error: unknown): boolean => error instanceof TypeError && /import|module|fetch/i.test(error.message);

function Crash({ error }: { error: unknown }) {
  const { crash } = useTexts(problemTexts);
  return (
    <div className="lone" role="alert">
      <h1>{isMissing(error) ? crash.missing : crash.title}</h1>
      <p>{isMissing(error) ? crash.missingText : crash.text}</p>
      <p>
        <button type="button" className="button main" onClick={() => location.reload()}>
          {crash.again}
        </button>
      </p>
    </div>
  );
}
