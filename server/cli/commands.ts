import type { Command } from 'commander';
import type { Shell } from './shell.js';

/** Adds a command's arguments, options, subcommands and action. */
export type AddCommand = (command: Command, shell: Shell) => void;

export interface CommandEntry {
  name: string;
  /** Options and arguments, as shown in the command list. */
  usage?: string;
  summary: string;
  /** It has subcommands that run against a server, and so the option `--server`. */
  hasServer?: true;
  /** Loads the command's code; `cspm --help` loads none. */
  load: () => Promise<AddCommand>;
}

/** All commands in help order. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'assess',
    usage: '[options] <file...>',
    summary: 'assess reports against your frameworks without storing anything',
    load: async () => (await import('./commands/assess.js')).addAssess,
  },
  {
    name: 'import',
    hasServer: true,
    usage: '[options] <file...>',
    summary: 'import scanner reports into the configured store and update the posture',
    load: async () => (await import('./commands/import.js')).addImport,
  },
  {
    name: 'findings',
    hasServer: true,
    summary: 'list, show, triage and export findings (CSV, XLSX)',
    load: async () => (await import('./commands/findings.js')).addFindings,
  },
  {
    name: 'scan',
    hasServer: true,
    summary: 'scan a cloud account, an image, a folder, a repository, a web site or a network',
    load: async () => (await import('./commands/scan.js')).addScan,
  },
  {
    name: 'scans',
    hasServer: true,
    usage: '[options]',
    summary: 'list scans, newest first',
    load: async () => (await import('./commands/scans.js')).addScans,
  },
  {
    name: 'account',
    summary: 'manage cloud accounts; credentials are stored encrypted and never shown',
    load: async () => (await import('./commands/account.js')).addAccount,
  },
  {
    name: 'targets',
    summary: 'manage private targets that may be scanned',
    load: async () => (await import('./commands/targets.js')).addTargets,
  },
  {
    name: 'schedules',
    usage: '[options]',
    summary: 'schedule scans of any target: list, add, pause, resume, remove, run',
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
    summary: 'run scans and other jobs; serves only its health and metrics, at WORKER_PORT',
    load: async () => (await import('./commands/worker.js')).addWorker,
  },
  {
    name: 'frameworks',
    hasServer: true,
    usage: '[options]',
    summary: 'list the active frameworks with their posture',
    load: async () => (await import('./commands/frameworks.js')).addFrameworks,
  },
  {
    name: 'controls',
    hasServer: true,
    usage: '[options]',
    summary: 'list the controls with their status, or explain one',
    load: async () => (await import('./commands/controls.js')).addControls,
  },
  {
    name: 'assessments',
    summary: 'framework questionnaires: create, answer, autofill from scans, export',
    load: async () => (await import('./commands/assessments.js')).addAssessments,
  },
  {
    name: 'override',
    usage: '[options] [control]',
    summary: 'override the status of a control, withdraw an override, or list decisions',
    load: async () => (await import('./commands/override.js')).addOverride,
  },
  {
    name: 'map',
    usage: '[options]',
    summary: 'map findings (JSON lines on standard input) to controls and requirements',
    load: async () => (await import('./commands/map.js')).addMap,
  },
  {
    name: 'evidence',
    hasServer: true,
    summary: 'evidence for controls: list, upload, review, coverage, gaps, audit packages',
    load: async () => (await import('./commands/evidence.js')).addEvidence,
  },
  {
    name: 'drift',
    hasServer: true,
    summary: 'what changed for better or worse, and why',
    load: async () => (await import('./commands/drift.js')).addDrift,
  },
  {
    name: 'import-scf',
    usage: '[options] [file]',
    summary:
      'import your own copy of the Secure Controls Framework workbook (releases 2022.3 to 2026.2) for all teams; needs the permission installation:write, which local users of this machine have',
    load: async () => (await import('./commands/import-scf.js')).addImportScf,
  },
  {
    name: 'login',
    usage: '[options]',
    hasServer: true,
    summary: 'sign in to a server, whose findings and posture commands then use',
    load: async () => (await import('./commands/login.js')).addLogin,
  },
  {
    name: 'logout',
    usage: '[options]',
    hasServer: true,
    summary: 'sign out of a server, and revoke the key',
    load: async () => (await import('./commands/login.js')).addLogout,
  },
  {
    name: 'whoami',
    usage: '[options]',
    hasServer: true,
    summary: 'whose permissions commands have, and on which server',
    load: async () => (await import('./commands/login.js')).addWhoami,
  },
  {
    name: 'user',
    summary: 'users: create, list, reset a password, print a sign-in link',
    load: async () => (await import('./commands/user.js')).addUser,
  },
  {
    name: 'team',
    summary: 'teams: list, create, delete with everything they have',
    load: async () => (await import('./commands/team.js')).addTeam,
  },
  {
    name: 'audit',
    summary: 'who did what: list, export, and verify that nothing was changed',
    load: async () => (await import('./commands/audit.js')).addAudit,
  },
  {
    name: 'secrets',
    summary: 'change the master key: seal all stored secrets with a new one',
    load: async () => (await import('./commands/secrets.js')).addSecrets,
  },
  {
    name: 'doctor',
    usage: '[options]',
    summary: 'check the installation and which scanners can run',
    load: async () => (await import('./commands/doctor.js')).addDoctor,
  },
  {
    name: 'config',
    usage: '[options]',
    summary: 'print the effective configuration, secrets masked',
    load: async () => (await import('./commands/config.js')).addConfig,
  },
];
