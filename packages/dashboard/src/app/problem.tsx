import type { ReactNode } from 'react';
import type { RenewalsError } from '@partner-renewals/sdk';
import { useLanguage, useTexts } from '../text/language.ts';
import { problemTexts, type FaultKind } from './problem.texts.ts';

const kindOfCode: Readonly<Record<string, FaultKind>> = {
  UNAUTHENTICATED: 'signedOut',
  FORBIDDEN: 'forbidden',
  IMPORT_RUNNING: 'import',
  RATE_LIMITED: 'rate',
  TIMEOUT: 'slow',
  QUERY_TOO_COMPLEX: 'slow',
  UNAVAILABLE: 'busy',
  BAD_USER_INPUT: 'refused',
  INVALID_CURSOR: 'refused',
  AMBIGUOUS: 'refused',
};
const kindOfName: Readonly<Record<string, FaultKind>> = {
  ConnectionError: 'unreachable',
  TimeoutError: 'slow',
  RateLimitError: 'rate',
  UnavailableError: 'busy',
};

const kindOfFault = ({ code, name, status = 0 }: RenewalsError): FaultKind =>
  kindOfCode[code ?? ''] ?? kindOfName[name] ?? (status >= 502 && status <= 504 ? 'busy' : 'broken');

// The texts of the client speak to developers; those of the API to everyone who reads English.
const hasSentenceOfApi = ({ errors }: RenewalsError): boolean => Boolean(errors?.length);

/** Why something could not be read, what to do, and what to quote. */
export function Problem({ error, onRetry }: { error: RenewalsError; onRetry?: (() => void) | undefined }) {
  const text = useTexts(problemTexts);
  const language = useLanguage();
  const { title, remedy } = text.faults[kindOfFault(error)];
  return (
    <div className="problem" role="alert">
      <h2>{title}</h2>
      {language === 'en' && hasSentenceOfApi(error) && <p>{error.message}</p>}
      <p>{remedy}</p>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          {text.again}
        </button>
      )}
      {error.requestId && (
        <p className="sub">
          {text.requestId}: <code>{error.requestId}</code>
        </p>
      )}
    </div>
  );
}

/** Nothing to show, and what to do about it. */
export function Empty({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}
