import type { ReportedCheck, ReportRow } from '../rows/report.js';

/** Rows for another process. Each names its check: by its place in `checks`, or by its id where an earlier row has it. */
export interface PackedRows {
  rows: (Omit<ReportRow, 'check'> & { check: number | string })[];
  checks: ReportedCheck[];
}

/** Packs rows so that each check is sent once: hundreds of rows share one, whose texts are longer than theirs. */
export class PackedChecks {
  readonly #sent = new Map<string, ReportedCheck>();

  pack(rows: readonly ReportRow[]): PackedRows {
    const checks: ReportedCheck[] = [];
    const packed = rows.map(({ check, ...row }) => {
      if (this.#sent.get(check.id) === check) return { check: check.id, ...row };
      this.#sent.set(check.id, check);
      return { check: checks.push(check) - 1, ...row };
    });
    return { rows: packed, checks };
  }
}

export class UnpackedChecks {
  readonly #known = new Map<string, ReportedCheck>();

  unpack({ rows, checks }: PackedRows): ReportRow[] {
    return rows.map(({ check: given, ...row }) => {
      const check = typeof given === 'number' ? checks[given] : this.#known.get(given);
      if (!check) throw new Error('a packed row without its check');
      if (typeof given === 'number') this.#known.set(check.id, check);
      return { check, ...row };
    });
  }
}
