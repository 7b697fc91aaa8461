import { createRecentPayers } from '../access/recent-payers.ts';
import { comesBefore, createLane, dropLate, longestOf, nextWaiter, refuse, takenWithin, type Lane, type Load } from './admission.lane.ts';
import { isCloseToPauseAt, isPausedAt, lengthenPause, pauseAfter } from './admission.pause.ts';
import { processSensors, type Sensors } from './admission.sensors.ts';

export type AdmissionSettings = { maxRunning: number; maxWaiting: number };

/**
 * Limits the number of requests that run at the same time; some more may wait in a queue. An owner is who pays for the request: a partner
 * or an operator. No owner can take all places or the whole queue from the others.
 */
export type Admission = {
  /** Whether a new request of this owner is refused at once; `acquire` then returns false. null: the owner is not known yet. */
  isFull(owner: string | null): boolean;
  /** Whether the request may run; if so, call `release` once. */
  acquire(owner: string): Promise<boolean>;
  release(owner: string): void;
  /** Notes for how long a request of the owner blocked the event loop. Beside others, an owner that does so waits for its next place. */
  charge(owner: string, blockedMs: number): void;
  /**
   * Notes that a request was paid with points that come back in `refillMs`. Beside others, an owner may spend what its bucket holds at twice
   * the rate at which it refills: one that spends faster waits, too.
   */
  spend(owner: string, refillMs: number): void;
  /** Notes for how long a write of the owner kept the database busy. Beside others, that lengthens its pause. */
  rest(owner: string, busyMs: number): void;
  /** Whether the server has too many requests, and not one owner alone. */
  isOverloaded(): boolean;
  isPaused(owner: string): boolean;
  /** How many requests run and wait now. */
  load(): { running: number; waiting: number };
};

// A short burst waits in the queue, for a time that users do not mind. If no slot was free for that long, it is an overload. Then new
// requests are refused at once, so that the accepted ones stay fast.
const burstMaxWaitMs = 500;
const overloadMaxWaitMs = 10;
// An owner whose own requests are within its share has not caused the overload: a few of them may wait longer.
const besideOverloadMaxWaitMs = 100;
// What waited when the overload began starts only when no request is refused any more.
const backlogPauseMs = 50;
// The overload ends after a full second without a refusal; a slot that is free for an instant does not end it.
const overloadEndMs = 1_000;
const sweepIntervalMs = 5;
// In an overload, the bottleneck counts. If it is the database, more running requests raise the throughput. If it is the one thread of
// this process, a few keep it busy, and each further one delays all answers. When one owner asks too much, half of four are left for others.
const busy = { above: 0.9, slots: 4 };
const full = { above: 0.96, slots: 3 };
const utilizationMaxAgeMs = 100;
// An owner gets half of the slots while others ask too. Alone it gets nearly all: the rest is for the first request of another owner.
const shareBesideOthers = (slots: number) => Math.ceil(slots / 2);
const shareOfAlone = (slots: number) => slots - Math.floor(slots / 5);
const maxIdleLanes = 1_000;

export function createAdmission(
  { maxRunning, maxWaiting }: AdmissionSettings,
  { clock, utilization }: Sensors = processSensors(),
): Admission {
  // A lane stays for as long as it has requests or is overloaded.
  const lanes = new Map<string, Lane>();
  // The lanes with requests that wait: no loop visits the others, which may be thousands.
  const queued = new Set<Lane>();
  const active = new Set<Lane>();
  const all: Load = { fullSince: null, refusedAt: -Infinity };
  let running = 0;
  let waiting = 0;
  let backlog = 0;
  let laneRefusedAt = -Infinity;
  let measured = { at: clock(), utilization: 0 };
  let sweeping: NodeJS.Timeout | undefined;
  let sweptAt = -Infinity;
  const { note, isAlone } = createRecentPayers(clock);

  function isFull(owner: string | null): boolean {
    const lane = owner === null ? undefined : lanes.get(owner);
    if (hasSlot(owner, lane)) return false;
    if (waiting + backlog > 0 && clock() - sweptAt >= 1) sweep();
    if (lane === undefined ? mayQueue(0, true) : mayWait(lane)) return false;
    noteRefusal(lane);
    return true;
  }

  function acquire(owner: string): boolean | Promise<boolean> {
    const at = clock();
    note(owner);
    if (isFull(owner)) return false;
    const lane = lanes.get(owner) ?? addLane(owner);
    if (hasSlot(owner, lane)) {
      start(lane);
      return true;
    }
    // The queue is full: the owner with the most waiting requests makes room for one with fewer.
    if (waiting >= maxQueue() && longest() > lane.waiting.length + 1) {
      waiting -= 1;
      const longestOne = longestOf(queued)!;
      refuse(longestOne.waiting.splice(0, 1));
      forgetIfEmpty(longestOne);
    }
    waiting += 1;
    sweeping ??= setInterval(sweep, sweepIntervalMs).unref();
    queued.add(lane);
    return new Promise((answer) => lane.waiting.push({ since: at, answer }));
  }

  function release(owner: string): void {
    const lane = lanes.get(owner)!;
    running -= 1;
    lane.running -= 1;
    if (lane.running === 0) active.delete(lane);
    updateFullSince(lane);
    fill();
    forgetIfIdle(lane);
  }

  const slowDown = (owner: string, ms: number) => lengthenPause(lanes.get(owner) ?? addLane(owner), ms, clock());

  function addLane(owner: string): Lane {
    if (lanes.size >= maxIdleLanes) for (const lane of lanes.values()) forgetIfIdle(lane);
    const lane = createLane(owner);
    lanes.set(owner, lane);
    return lane;
  }

  function forgetIfIdle(lane: Lane): void {
    if (lane.running + lane.waiting.length + lane.backlog.length === 0 && !isOverloaded(lane) && lane.pausedUntil < clock())
      lanes.delete(lane.owner);
  }

  const forgetIfEmpty = (lane: Lane) => void (lane.waiting.length + lane.backlog.length === 0 && queued.delete(lane));

  function start(lane: Lane): void {
    running += 1;
    lane.running += 1;
    active.add(lane);
    lane.startedAt = clock();
    updateFullSince(lane);
  }

  /** Gives free slots to the owners with the fewest running requests. */
  function fill(): void {
    while (waiting + backlog > 0 && hasRoom()) {
      let next: Lane | undefined;
      for (const lane of queued) {
        if (lane.waiting.length === 0 && (lane.backlog.length === 0 || isRefusing(lane))) continue;
        if (!hasSlot(lane.owner, lane)) continue;
        if (!next || comesBefore(lane, next)) next = lane;
      }
      if (!next) return;
      if (next.waiting.length > 0) waiting -= 1;
      else backlog -= 1;
      const { answer } = nextWaiter(next, clock());
      forgetIfEmpty(next);
      start(next);
      answer(true);
    }
  }

  function maxWaitOf(lane: Lane): number {
    if (isOverloaded(lane)) return overloadMaxWaitMs;
    return isOverloaded(all) ? besideOverloadMaxWaitMs : burstMaxWaitMs;
  }

  function sweep(): void {
    sweptAt = clock();
    for (const lane of queued) {
      const late = dropLate(lane.waiting, clock() - maxWaitOf(lane));
      const lateOfBacklog = dropLate(lane.backlog, clock() - burstMaxWaitMs);
      waiting -= late.length;
      backlog -= lateOfBacklog.length;
      if (late.length > 0) noteRefusal(lane);
      refuse(late);
      refuse(lateOfBacklog);
      forgetIfEmpty(lane);
    }
    fill();
    if (waiting + backlog > 0) return;
    clearInterval(sweeping);
    sweeping = undefined;
  }

  /** A refusal begins or extends an overload of the owner, of the server, or of both: of what has no free slot. */
  function noteRefusal(lane: Lane | undefined): void {
    const at = clock();
    if (!hasRoom()) {
      if (!isOverloaded(all)) for (const each of queued) keepAsBacklog(each);
      all.refusedAt = at;
    }
    if (lane && lane.running >= shareOf(lane.owner)) {
      if (!isOverloaded(lane)) keepAsBacklog(lane);
      lane.refusedAt = laneRefusedAt = at;
    }
  }

  const isRefusing = (lane: Lane) => clock() - Math.max(all.refusedAt, lane.refusedAt) < backlogPauseMs;

  function keepAsBacklog(lane: Lane): void {
    waiting -= lane.waiting.length;
    backlog += lane.waiting.length;
    lane.backlog.push(...lane.waiting.splice(0));
  }

  function updateFullSince(lane: Lane): void {
    all.fullSince = running < maxRunning ? null : (all.fullSince ?? clock());
    lane.fullSince = lane.running < shareOf(lane.owner) ? null : (lane.fullSince ?? clock());
  }

  const isOverloaded = ({ fullSince, refusedAt }: Load) =>
    clock() - (fullSince ?? clock()) > burstMaxWaitMs || clock() - refusedAt < overloadEndMs;
  function slots(): number {
    const used = isOverloaded(all) || clock() - laneRefusedAt < overloadEndMs ? utilizationNow() : 0;
    return used > busy.above ? Math.min(maxRunning, (isOverloaded(all) && used > full.above ? full : busy).slots) : maxRunning;
  }

  // When slots become fewer, an owner may hold more than its share of them. The rest does not count: it would keep the others out.
  const hasRoom = () => running < slots() || (running < maxRunning && takenWithin(active, shareOf) < slots());
  const shareOf = (owner: string | null) => (isAlone(owner) ? shareOfAlone : shareBesideOthers)(slots());
  const mayRun = (lane: Lane) =>
    isAlone(lane.owner) || (!isPausedAt(lane, clock()) && (lane.running === 0 || !isCloseToPauseAt(lane, clock())));
  const hasSlot = (owner: string | null, lane: Lane | undefined) =>
    hasRoom() && (lane === undefined || (lane.running < shareOf(owner) && mayRun(lane)));
  const isPaused = (owner: string) => lanes.has(owner) && isPausedAt(lanes.get(owner)!, clock()) && !isAlone(owner);

  // In an overload, a short queue fills every free slot; all other requests are refused without a wait.
  const shortQueue = (share: number) => Math.min(maxWaiting, Math.ceil(share / 2));
  const maxQueue = () => (isOverloaded(all) ? shortQueue(slots()) : maxWaiting);
  const mayWait = (lane: Lane) =>
    lane.waiting.length < (isOverloaded(lane) ? shortQueue(shareOf(lane.owner)) : maxWaiting) &&
    mayQueue(lane.waiting.length, lane.running + lane.waiting.length === 0);
  /** Some places of the queue are for owners that have no request yet. */
  const mayQueue = (own: number, isFirst: boolean) =>
    waiting < maxQueue() || own + 1 < longest() || (isFirst && waiting < Math.min(maxWaiting, maxQueue() + slots()));

  const longest = () => longestOf(queued)?.waiting.length ?? 0;
  function utilizationNow(): number {
    if (clock() - measured.at >= utilizationMaxAgeMs) measured = { at: clock(), utilization: utilization() };
    return measured.utilization;
  }

  return {
    isFull,
    acquire: async (owner) => await acquire(owner),
    release,
    charge: (owner, blockedMs) => slowDown(owner, pauseAfter(blockedMs)),
    spend: (owner, refillMs) => slowDown(owner, refillMs / 2),
    rest: slowDown,
    isOverloaded: () => isOverloaded(all),
    isPaused,
    load: () => ({ running, waiting: waiting + backlog }),
  };
}
