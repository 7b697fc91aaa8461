export const SaveDialog = (_: { onClose: () => void }) => null;
