export function RenewalsPage() {
  return <h1>Upcoming renewals</h1>;
}
