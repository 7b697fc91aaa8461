import { Link } from '../ui/link.tsx';
import { useTexts } from '../text/language.ts';
import { problemTexts } from './problem.texts.ts';
import { useTitle } from './title.ts';

export function NotFoundPage() {
  const { notFound } = useTexts(problemTexts);
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
