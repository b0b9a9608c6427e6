import type { Command } from 'commander';
import type { Shell } from './shell.js';

/** Adds a command's arguments, options and subcommands, and what it does. */
export type AddCommand = (command: Command, shell: Shell) => void;

export interface CommandEntry {
  name: string;
  /** Its options and arguments, as the list of commands shows them. */
  usage?: string;
  summary: string;
  /** Commands are loaded one by one: `cspm --help` needs none. */
  load: () => Promise<AddCommand>;
}

/** All commands, in the order in which the help lists them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'assess',
    usage: '[options] <file...>',
    summary: 'say what reports mean for your frameworks, and keep nothing',
    load: async () => (await import('./commands/assess.js')).addAssess,
  },
  {
    name: 'import',
    usage: '[options] <file...>',
    summary: 'read scanner reports into the configured store and update the posture',
    load: async () => (await import('./commands/import.js')).addImport,
  },
  {
    name: 'scan',
    summary: 'scan a cloud account, an image, a folder, a repository, a web site or a network',
    load: async () => (await import('./commands/scan.js')).addScan,
  },
  {
    name: 'scans',
    usage: '[options]',
    summary: 'the scans there were and are, newest first',
    load: async () => (await import('./commands/scans.js')).addScans,
  },
  {
    name: 'account',
    summary: 'cloud accounts to scan; their credentials are stored encrypted and never shown',
    load: async () => (await import('./commands/account.js')).addAccount,
  },
  {
    name: 'targets',
    summary: 'what may be scanned although it is not public',
    load: async () => (await import('./commands/targets.js')).addTargets,
  },
  {
    name: 'schedules',
    usage: '[options]',
    summary: 'periodic work: scans of each account, and what the program does by itself',
    load: async () => (await import('./commands/schedules.js')).addSchedules,
  },
  {
    name: 'serve',
    usage: '[options]',
    summary: 'serve the web app and the API (PORT, HOST, DATA_DIR, MONGODB_URI)',
    load: async () => (await import('./commands/serve.js')).addServe,
  },
  {
    name: 'worker',
    summary:
      'run scans and other jobs, and serve nothing (as “serve --role worker” without a port)',
    load: async () => (await import('./commands/worker.js')).addWorker,
  },
  {
    name: 'frameworks',
    usage: '[options]',
    summary: 'list the active frameworks with the posture of what was imported',
    load: async () => (await import('./commands/frameworks.js')).addFrameworks,
  },
  {
    name: 'controls',
    usage: '[options]',
    summary: 'list the controls with their status, or explain one',
    load: async () => (await import('./commands/controls.js')).addControls,
  },
  {
    name: 'assessments',
    summary: 'questionnaires on frameworks: begin, answer, fill in from scans, export',
    load: async () => (await import('./commands/assessments.js')).addAssessments,
  },
  {
    name: 'override',
    usage: '[options] [control]',
    summary: 'set the status of a control over its evidence, take that back, or list decisions',
    load: async () => (await import('./commands/override.js')).addOverride,
  },
  {
    name: 'map',
    usage: '[options]',
    summary:
      'read findings as JSON lines from standard input, print their controls and requirements',
    load: async () => (await import('./commands/map.js')).addMap,
  },
  {
    name: 'evidence',
    summary: 'evidence of controls: list, upload, review, coverage, gaps, audit packages',
    load: async () => (await import('./commands/evidence.js')).addEvidence,
  },
  {
    name: 'drift',
    summary: 'what got worse or better, and why',
    load: async () => (await import('./commands/drift.js')).addDrift,
  },
  {
    name: 'import-scf',
    usage: '[options] [file]',
    summary:
      'import your own copy of the Secure Controls Framework workbook (releases 2022.3 to 2026.2) for all teams; needs the permission installation:write, which who sits at the machine has',
    load: async () => (await import('./commands/import-scf.js')).addImportScf,
  },
  {
    name: 'doctor',
    usage: '[options]',
    summary: 'check that everything this program needs is there, and which scanners can run',
    load: async () => (await import('./commands/doctor.js')).addDoctor,
  },
  {
    name: 'config',
    usage: '[options]',
    summary: 'print the configuration in force, secrets masked',
    load: async () => (await import('./commands/config.js')).addConfig,
  },
];
