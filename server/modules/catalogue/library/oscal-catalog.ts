import { type FrameworkDraft, type RequirementDraft, TEXT_LIMITS } from './custom-file.js';
import { rejected } from './file-problems.js';
import { listOf, type Tree, treeOf } from './read-tree.js';

/** Our property on an OSCAL control: a common control that serves it, its `class` the relation. */
const CONTROL_PROP = 'common-control';

/**
 * An OSCAL catalog, 1.0 to 1.2 (https://pages.nist.gov/OSCAL-Reference): its groups become sections, its
 * controls and their enhancements requirements. Withdrawn ones are left out, with what is nested in them.
 */
export function readOscalCatalog(tree: unknown): FrameworkDraft {
  const catalog = treeOf(treeOf(tree).catalog);
  const metadata = treeOf(catalog.metadata);
  const oscal = String(metadata['oscal-version'] ?? '');
  if (!/^1\.[012](\.|$)/.test(oscal)) {
    const message = oscal
      ? `is ${oscal.slice(0, 20)}; 1.0 to 1.2 are read`
      : 'is missing: is this an OSCAL catalog?';
    throw rejected([{ at: 'catalog.metadata.oscal-version', message }]);
  }
  const draft: FrameworkDraft = {
    head: {
      id: slugOf(metadata.title),
      name: oneLine(metadata.title),
      version: oneLine(metadata.version),
      publisher: treeOf(listOf(metadata.parties)[0]).name,
      about: metadata.remarks,
    },
    sections: [],
    requirements: [],
    // A catalog contains much more by design.
    notRead: [],
  };
  addControls(draft, catalog, 'catalog', undefined);
  addGroups(draft, catalog, 'catalog');
  return draft;
}

function addGroups(draft: FrameworkDraft, parent: Tree, at: string): void {
  for (const [i, each] of listOf(parent.groups).entries()) {
    const group = treeOf(each);
    const path = `${at}.groups[${i}]`;
    const id = labelOf(group) ?? group.id ?? idOf(group.title);
    draft.sections.push({ id, title: oneLine(group.title) });
    addControls(draft, group, path, id);
    addGroups(draft, group, path);
  }
}

function addControls(draft: FrameworkDraft, parent: Tree, at: string, section: unknown): void {
  for (const [i, each] of listOf(parent.controls).entries()) {
    const control = treeOf(each);
    if (isWithdrawn(control)) continue;
    const path = `${at}.controls[${i}]`;
    const id = labelOf(control) ?? control.id;
    draft.requirements.push({
      id,
      section,
      title: oneLine(control.title),
      attestation: undefined,
      controls: edgesOf(control),
      at: typeof id === 'string' ? `${path} (${id.slice(0, 80)})` : path,
    });
    addControls(draft, control, path, section);
  }
}

function propsOf(of: Tree): Tree[] {
  return listOf(of.props).map(treeOf);
}

function isWithdrawn(control: Tree): boolean {
  const isStatus = ({ name, value }: Tree) =>
    name === 'status' && String(value).toLowerCase() === 'withdrawn';
  return propsOf(control).some(isStatus);
}

/** The id as people write it; labels with a class belong to other publications. */
function labelOf(of: Tree): string | undefined {
  const label = propsOf(of).find((prop) => prop.name === 'label' && prop.class === undefined);
  return typeof label?.value === 'string' && label.value.trim() ? label.value : undefined;
}

function edgesOf(control: Tree): RequirementDraft['controls'] {
  return propsOf(control)
    .filter(({ name }) => name === CONTROL_PROP)
    .map((prop) => ({ controlId: prop.value, relation: prop.class ?? 'intersects' }));
}

/** Of a group without an id. */
function idOf(title: unknown): unknown {
  const line = oneLine(title);
  return typeof line === 'string' ? line.slice(0, TEXT_LIMITS.id).trim() : line;
}

/** Titles of published catalogs have line breaks. */
function oneLine(text: unknown): unknown {
  return typeof text === 'string' ? text.replace(/\s+/g, ' ').trim() : text;
}

function slugOf(title: unknown): string | undefined {
  if (typeof title !== 'string') return undefined;
  const words =
    title
      .toLowerCase()
      .normalize('NFKD')
      .match(/[a-z0-9]+(\.[a-z0-9]+)*/g) ?? [];
  return (
    words
      .join('-')
      .slice(0, 64)
      .replace(/(?<![.-])[.-]+$/, '') || undefined
  );
}
