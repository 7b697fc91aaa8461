import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { version } from '../config.ts';
import type { DatabaseUsage } from '../database/usage.ts';

export type { Span, SpanContext, Tracer };

const name = 'partner-renewals';

/**
 * Makes spans for OpenTelemetry, if the process registered an SDK before (`node --import`); else null, and nothing is paid. Parents are passed
 * on by hand: AsyncLocalStorage makes a page dearer.
 */
export function findTracer(): Tracer | null {
  const provider = trace.getTracerProvider() as { getDelegateTracer?: (name: string, version: string) => Tracer | undefined };
  // Without an SDK, the API gives a proxy that stands for nothing.
  return provider.getDelegateTracer ? (provider.getDelegateTracer(name, version) ?? null) : trace.getTracer(name, version);
}

/** The span of a request; its parent is the client's span, if it told one. */
export function startRequestSpan(tracer: Tracer, title: string, client: SpanContext | null, attributes: Attributes): Span {
  const parent = client ? trace.setSpanContext(ROOT_CONTEXT, { ...client, isRemote: true }) : ROOT_CONTEXT;
  return tracer.startSpan(title, { kind: SpanKind.SERVER, attributes }, parent);
}

/** Makes each statement that the usage counts a span below this one. */
export function traceStatements(tracer: Tracer, usage: DatabaseUsage, parent: Span): void {
  if (!parent.isRecording()) return;
  const context: Context = trace.setSpan(ROOT_CONTEXT, parent);
  usage.onStatement = (statement) => {
    const title = titleOf(statement);
    // The text has placeholders, and no values.
    const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': title };
    const span = tracer.startSpan(title, { kind: SpanKind.CLIENT, attributes }, context);
    return (isFailed) => {
      if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
  };
}

/** Ends with an error if `isFailed`. */
export function endSpan(span: Span, attributes: Attributes, isFailed: boolean): void {
  span.setAttributes(attributes);
  if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** A piece of work that no request asked for, as a trace of its own. */
export async function inSpan<T>(
  tracer: Tracer | null,
  title: string,
  attributes: Attributes,
  work: () => Promise<T>,
  describe: (result: T) => { attributes: Attributes; isFailed: boolean },
): Promise<T> {
  if (tracer === null) return await work();
  const span = tracer.startSpan(title, { kind: SpanKind.CLIENT, attributes }, ROOT_CONTEXT);
  try {
    const result = await work();
    const described = describe(result);
    endSpan(span, described.attributes, described.isFailed);
    return result;
  } catch (error) {
    endSpan(span, {}, true);
    throw error;
  }
}

/** Each statement begins with the name of the function that sends it; others are small, such as `commit`. */
function titleOf(statement: unknown): string {
  const text = typeof statement === 'string' ? statement : ((statement as { text?: string } | null)?.text ?? '');
  return /\/\* (\w+) \*\//.exec(text.slice(0, 200))?.[1] ?? /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? 'statement';
}
