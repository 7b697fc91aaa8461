import './article.journeys.mjs';
import './attacks.journeys.mjs';
import './bars.journeys.mjs';
import './decisions.journeys.mjs';
import './list.journeys.mjs';
import './rooms.journeys.mjs';
import './ways.journeys.mjs';
import './restart.journeys.mjs';
