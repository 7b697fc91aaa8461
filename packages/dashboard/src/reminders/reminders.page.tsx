export function RemindersPage() {
  return <h1>Reminders</h1>;
}
