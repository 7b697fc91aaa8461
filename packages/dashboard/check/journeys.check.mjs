// Ways of users through the page, in a real browser, against the built server and a real database. The exit code is 0 on success.
//   node --test-reporter=spec check/journeys.check.mjs [--test-name-pattern "a name"]; SCREENSHOTS=folder keeps the pictures there.
import './journeys/first.journeys.mjs';
