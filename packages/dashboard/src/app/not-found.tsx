import { Link } from '../ui/link.tsx';
import { texts, useTexts } from '../text/language.ts';
import { useTitle } from './title.ts';

const notFoundTexts = texts({
  en: {
    title: 'There is no such page',
    text: 'The address may be mistyped, or the page may have moved.',
    home: 'Go to Upcoming renewals',
  },
  de: {
    title: 'Diese Seite gibt es nicht',
    text: 'Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist umgezogen.',
    home: 'Zu den bevorstehenden Verlängerungen',
  },
});

export function NotFoundPage() {
  const notFound = useTexts(notFoundTexts);
  useTitle(notFound.title);
  return (
    <div className="lone">
      <h1>{notFound.title}</h1>
      <p>{notFound.text}</p>
      <p>
        <Link href="/">{notFound.home}</Link>
      </p>
    </div>
  );
}
