export const ColumnsDialog = (_: { onClose: () => void }) => null;
