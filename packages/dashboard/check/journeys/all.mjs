import './article.journeys.mjs';
import './decisions.journeys.mjs';
import './list.journeys.mjs';
