import type { RenewalsError } from '@partner-renewals/sdk';
import { useTexts } from '../text/language.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { drawerTexts } from './drawer.texts.ts';

type MoreProps = { hasMore: boolean; isReading: boolean; problem: RenewalsError | null; readMore: () => void };

/** Reads the next page of a list. */
export function More({ hasMore, isReading, problem, readMore }: MoreProps) {
  const text = useTexts(drawerTexts);
  if (!hasMore) return null;
  return (
    <p className="more">
      <button type="button" className="button" disabled={isReading} onClick={readMore}>
        {isReading ? text.readingMore : text.earlier}
      </button>
      {problem && (
        <span className="fault" role="alert">
          {sentenceOfFault(problem)}
        </span>
      )}
    </p>
  );
}
