import { CircleAlert, CircleCheck, CircleDashed, CircleX, LoaderCircle } from 'lucide-react';
import type { CloudAccount } from '../../../contract/cloud-security.js';
import { Tag } from '../../ui/Tag.js';

/** The result of the last connection test. */
export function ConnectionTag({ test }: { test: CloudAccount['lastTest'] }) {
  if (!test) {
    return (
      <Tag tone="gray" icon={CircleDashed}>
        Not tested
      </Tag>
    );
  }
  if (test.status === 'running') {
    return (
      <Tag tone="blue" icon={LoaderCircle}>
        Testing connection
      </Tag>
    );
  }
  if (test.status === 'failed' && test.cause === 'scanner') {
    return (
      <Tag tone="amber" icon={CircleAlert}>
        Scanner not available
      </Tag>
    );
  }
  return test.status === 'passed' ? (
    <Tag tone="green" icon={CircleCheck}>
      Connected
    </Tag>
  ) : (
    <Tag tone="red" icon={CircleX}>
      Connection failed
    </Tag>
  );
}
