export function RenewalsPage() {
  return <main />;
}
