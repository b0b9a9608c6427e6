import { useQuery } from '@tanstack/react-query';
import type { AuditReach } from '../../../contract/audit-reach.js';
import { words } from '../../ui/format.js';
import { Tag } from '../../ui/Tag.js';
import { frameworksQuery } from '../frameworks/framework.api.js';
import { reachWords } from './reach-words.js';

/** What an auditor is limited to. */
export function ReachTag({ reach }: { reach: AuditReach }) {
  const { data } = useQuery(frameworksQuery);
  const found = data?.items.find(({ id }) => id === reach.frameworkId);
  return <Tag tone="gray">{words(reachWords(reach, found?.name ?? reach.frameworkId))}</Tag>;
}
