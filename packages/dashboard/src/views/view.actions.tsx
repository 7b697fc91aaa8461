import type { SavedView } from '../data/viewer.selection.ts';
export const ViewActions = (_: { view: SavedView }) => null;
