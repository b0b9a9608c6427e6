import type { TeamScope } from './platform/database/collection.js';
import type { Logger } from './platform/log/structured-logging.js';
import type { Module, ModuleName } from './product-modules.js';
import type { ServiceContainer } from './service-container.js';

/**
 * Follows what earlier processes left, once this one serves. A module that fails delays neither the process nor other
 * modules: its periodic work follows.
 */
export class CatchUp {
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly container: ServiceContainer,
    private readonly log: Logger,
  ) {}

  /** In the background; later also for modules that start late. */
  begin(): void {
    const all = this.container.started.map(([name, module]) => this.#one(name, module));
    this.#running = Promise.all(all);
    this.container.onStart = (name, module) => {
      this.#running = Promise.all([this.#running, this.#one(name, module)]);
    };
  }

  async end(): Promise<void> {
    this.container.onStart = () => {};
    await this.#running;
  }

  /** For a command: brings its team up to date before it reads anything. */
  async team(team: TeamScope): Promise<void> {
    for (const [name, module] of this.container.started) await this.#one(name, module, team);
  }

  async #one(name: ModuleName, module: Module, team?: TeamScope): Promise<void> {
    try {
      await (team ? module.catchUpTeam?.(team) : module.catchUp?.());
    } catch (error) {
      this.log.error({ err: error, module: name }, 'module did not catch up');
    }
  }
}
