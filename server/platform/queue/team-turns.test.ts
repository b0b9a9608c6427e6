import { describe, expect, it } from 'vitest';
import { TeamTurns } from './team-turns.js';

const none = { ours: new Map<string, number>(), change: 0 };
const ready = (teamId: string, active = 0) => ({ teamId, active, ready: true });

function take(turns: TeamTurns, times: number): string[] {
  return Array.from({ length: times }, () => {
    const turn = turns.next();
    if (turn) turns.started(turn.teamId);
    return turn?.teamId ?? '-';
  });
}

describe('TeamTurns', () => {
  it('picks the team with the fewest running jobs, then the one served longest ago', () => {
    const turns = new TeamTurns();
    turns.refresh([ready('a'), ready('b', 2), ready('c')], none);
    expect(take(turns, 6)).toEqual(['a', 'c', 'a', 'c', 'b', 'a']);
    turns.ended('b');
    turns.ended('a');
    turns.ended('a');
    expect(take(turns, 2)).toEqual(['a', 'c']);
  });

  it('gives all slots to one team when no other team has jobs', () => {
    const turns = new TeamTurns();
    expect(turns.next()).toBeNull();
    turns.add('a');
    expect(take(turns, 3)).toEqual(['a', 'a', 'a']);
  });

  it('counts its own running jobs once, even when the store reports them late', () => {
    const turns = new TeamTurns();
    turns.refresh([ready('a'), ready('b')], none);
    take(turns, 1);
    const before = turns.beforeQuery();
    turns.ended('a');
    // The store still reported it.
    turns.refresh([ready('a', 1), ready('b', 1)], before);
    expect(take(turns, 1)).toEqual(['a']);
  });

  it('keeps a team whose job was added during a query of the store', () => {
    const turns = new TeamTurns();
    turns.add('a');
    const before = turns.beforeQuery();
    turns.add('b');
    turns.refresh([], before);
    expect(take(turns, 2)).toEqual(['b', 'b']);
  });

  it('counts a job being claimed as its own, even when the store reports it first', () => {
    const turns = new TeamTurns();
    turns.refresh([ready('a'), ready('b')], none);
    const before = turns.beforeQuery();
    turns.started('a'); // The claim is still pending.
    turns.refresh([ready('a', 1), ready('b')], before);
    turns.ended('a');
    turns.started('b');
    expect(take(turns, 1)).toEqual(['a']);
  });

  it('counts a job as its own that started and ended during a query of the store', () => {
    const turns = new TeamTurns();
    turns.refresh([ready('a'), ready('b')], none);
    const before = turns.beforeQuery();
    turns.started('a');
    turns.ended('a');
    turns.started('b');
    turns.ended('b');
    turns.refresh([ready('a', 1), ready('b')], before); // The store saw one of them running.
    expect(take(turns, 1)).toEqual(['a']);
  });

  it('drops a team without jobs unless one was added meanwhile', () => {
    const turns = new TeamTurns();
    turns.add('a');
    const turn = turns.next();
    if (!turn) throw new Error('no turn');
    turns.add('a');
    turns.empty(turn);
    expect(turns.next()?.teamId).toBe('a');
    turns.empty(turns.next() ?? turn);
    expect(turns.next()).toBeNull();
  });
});
