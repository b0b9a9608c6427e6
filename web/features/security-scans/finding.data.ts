import type { getFinding } from '../../../contract/security-scans.js';
import type { ResultOf } from '../../api/apiService.js';

export type FindingData = ResultOf<typeof getFinding>;
