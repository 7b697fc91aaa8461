import './article.journeys.mjs';
