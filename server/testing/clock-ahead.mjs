// Moves the clock of a Node process CSPM_TEST_DAYS_AHEAD days ahead: tests must not depend on the day they run.
// Loaded with NODE_OPTIONS="--import …/server/testing/clock-ahead.mjs", see “later” in .ci/run.
const aheadMs = Number(process.env.CSPM_TEST_DAYS_AHEAD ?? 0) * 86_400_000;

if (aheadMs > 0) {
  const RealDate = Date;
  const now = () => RealDate.now() + aheadMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
}
