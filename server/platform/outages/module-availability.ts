/** Which modules are unavailable, and why, for parts of the platform that work for them. The container fills it. */
export class ModuleAvailability {
  #reasonOf: (module: string) => string | null = () => null;

  follow(reasonOf: (module: string) => string | null): void {
    this.#reasonOf = reasonOf;
  }

  /** Why jobs of this type wait; null when they may run. The type begins with the name of its module. */
  whyJobWaits(type: string): string | null {
    const module = type.slice(0, type.indexOf('.'));
    const reason = this.#reasonOf(module);
    return reason === null ? null : `waiting for the module ${module}: ${reason}`;
  }
}
