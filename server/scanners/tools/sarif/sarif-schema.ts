import { z } from 'zod';
import { part, text } from '../../rows/lenient.js';

const number = z.number().nullish().catch(null);
const listOf = <T extends z.ZodType>(item: T) => z.array(item).nullish().catch(null);
const prints = z.record(z.string(), z.string()).nullish().catch(null);
const Message = part({ text, markdown: text, id: text, arguments: listOf(z.string()) });
const Properties = part({
  'security-severity': text,
  tags: listOf(z.string()),
  cwe: listOf(z.string()),
});

const ComponentReference = part({ index: number, name: text, guid: text });

/** Refers to a rule by id, GUID or index, in the driver or the named component. */
const RuleReference = part({
  id: text,
  guid: text,
  index: number,
  toolComponent: ComponentReference,
});
export type RuleReference = z.infer<typeof RuleReference>;

const Rule = part({
  id: text,
  guid: text,
  name: text,
  shortDescription: Message,
  fullDescription: Message,
  help: Message,
  helpUri: text,
  defaultConfiguration: part({ level: text, rank: number }),
  messageStrings: z.record(z.string(), Message).nullish().catch(null),
  properties: Properties,
});
export type Rule = z.infer<typeof Rule>;

const Component = part({
  name: text,
  organization: text,
  guid: text,
  version: text,
  semanticVersion: text,
  rules: listOf(Rule),
});

const Location = part({
  physicalLocation: part({
    artifactLocation: part({ uri: text, uriBaseId: text, index: number }),
    region: part({ startLine: number, snippet: Message }),
    contextRegion: part({ snippet: Message }),
  }),
  logicalLocations: listOf(part({ fullyQualifiedName: text, name: text })),
});

export const Result = part({
  ruleId: text,
  ruleIndex: number,
  rule: RuleReference,
  kind: text,
  level: text,
  message: Message,
  locations: listOf(Location),
  fingerprints: prints,
  partialFingerprints: prints,
  suppressions: listOf(part({ kind: text, status: text, justification: text })),
  baselineState: text,
  guid: text,
  provenance: part({ invocationIndex: number }),
  properties: Properties,
});
export type Result = z.infer<typeof Result>;

/** An error, warning or note of the tool about its own run. */
const Notification = part({
  level: text,
  message: Message,
  descriptor: part({ id: text }),
  associatedRule: RuleReference,
  locations: listOf(Location),
});
export type Notification = z.infer<typeof Notification>;

export const Run = part({
  tool: z
    .object({ driver: Component, extensions: listOf(Component) })
    .nullish()
    .catch(null),
  invocations: listOf(
    part({
      executionSuccessful: z.boolean().nullish().catch(null),
      endTimeUtc: text,
      workingDirectory: part({ uri: text }),
      exitCodeDescription: text,
      toolExecutionNotifications: listOf(Notification),
      toolConfigurationNotifications: listOf(Notification),
      ruleConfigurationOverrides: listOf(
        part({ descriptor: RuleReference, configuration: part({ level: text }) }),
      ),
    }),
  ),
  artifacts: listOf(part({ location: part({ uri: text, uriBaseId: text }) })),
  originalUriBaseIds: z
    .record(z.string(), part({ uri: text, uriBaseId: text }))
    .nullish()
    .catch(null),
  automationDetails: part({ id: text }),
  versionControlProvenance: listOf(
    part({ repositoryUri: text, branch: text, mappedTo: part({ uri: text, uriBaseId: text }) }),
  ),
  // Parsed one by one, or memory would hold all of them twice.
  results: z.unknown().optional(),
  /** Parts of the run in other files. */
  externalPropertyFileReferences: part({ results: listOf(part({ itemCount: number })) }),
});
export type Run = z.infer<typeof Run>;

export const Log = z.object({
  version: z.string({ error: 'is missing' }).regex(/^2\.1\./, { error: 'is not 2.1.0' }),
  runs: z.array(z.unknown(), { error: 'is missing' }),
  inlineExternalProperties: z.unknown().optional(),
});
