import { connectionOf } from '../graphql/connection.type.ts';
import { SavedView } from './saved-view.type.ts';

export const SavedViewConnection = connectionOf(SavedView, { description: 'Saved views, by name.' });
