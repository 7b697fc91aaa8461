import { useRef, useState } from 'react';
import { RenewalsError, type UserError } from '@partner-renewals/sdk';
import { sentenceOfFault } from '../text/sentence.ts';
import { sentenceOfUserError } from '../text/user-error.sentence.ts';
import { signedOut } from './session.store.ts';

/** What the methods of the client answer. */
type Outcome = { readonly ok: boolean; readonly userErrors: readonly UserError[] };
/** What was done; the others did not happen. */
type Done<T> = Extract<T, { readonly ok: true }>;

export type Save = {
  /** Sends a mutation. Resolves with its result, or null on errors, which then stand at their fields. Never rejects. */
  readonly run: <T extends Outcome>(send: () => Promise<T>) => Promise<Done<T> | null>;
  readonly isBusy: boolean;
  /** The sentence about a field of the input; `path` as in the API, without "input". */
  readonly errorAt: (field: string) => string | undefined;
  /** The sentences about no field that the form shows, and the fault of the request. */
  readonly others: readonly string[];
  readonly conflict: UserError | null;
  readonly clear: () => void;
};

const fieldOf = ({ field }: UserError): string => field?.[1] ?? '';

/**
 * The state of a form that sends a mutation. `fields` are the fields of the input that have a place in the form. `translated` has the
 * page's own sentence for a field whose value is invalid: the API's are in English.
 */
export function useSave(fields: readonly string[], translated: Readonly<Record<string, string>> = {}): Save {
  const [isBusy, setBusy] = useState(false);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [fault, setFault] = useState<RenewalsError | null>(null);
  const running = useRef(false);

  const sentence = (error: UserError): string => (error.code === 'INVALID' && translated[fieldOf(error)]) || sentenceOfUserError(error);

  async function run<T extends Outcome>(send: () => Promise<T>): Promise<Done<T> | null> {
    // A second click while the first is under way.
    if (running.current) return null;
    running.current = true;
    setBusy(true);
    setErrors([]);
    setFault(null);
    try {
      const outcome = await sendSignedIn(send);
      if (outcome.ok) return outcome as Done<T>;
      setErrors(outcome.userErrors);
    } catch (error) {
      setFault(error instanceof RenewalsError ? error : new RenewalsError(String(error)));
    } finally {
      running.current = false;
      setBusy(false);
    }
    return null;
  }

  const conflict = errors.find(({ code }) => code === 'CONFLICT') ?? null;
  const placed = (error: UserError): boolean => error === conflict || fields.includes(fieldOf(error));
  return {
    run,
    isBusy,
    errorAt: (field) => {
      const found = errors.find((error) => fieldOf(error) === field && error !== conflict);
      return found && sentence(found);
    },
    others: [...errors.filter((error) => !placed(error)).map(sentence), ...(fault ? [sentenceOfFault(fault)] : [])],
    conflict,
    clear: () => {
      setErrors([]);
      setFault(null);
    },
  };
}

/** If the session has ended, the same is sent again once the same viewer has signed in again. */
async function sendSignedIn<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof RenewalsError) || error.code !== 'UNAUTHENTICATED' || !(await signedOut())) throw error;
    return send();
  }
}
