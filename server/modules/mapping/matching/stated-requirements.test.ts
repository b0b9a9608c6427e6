import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { frameworkOf, StatedRequirements } from './stated-requirements.js';

const stated = new StatedRequirements(loadCatalogue());
const read = (framework: string, id: string) =>
  stated.read({ [framework]: [id] }).requirements[0]?.requirement;

describe('what Prowler states', () => {
  it.each([
    ['NIST-800-53-Revision-5', 'ac_2_3_c', 'AC-2(3)'],
    ['NIST-800-53-Revision-5', 'ac_2_3', 'AC-2(3)'],
    ['NIST-800-53-Revision-5', 'ac_2_j', 'AC-2'],
    ['NIST-800-53-Revision-5', 'ac_3_3_b_1', 'AC-3'],
    ['NIST-800-53-Revision-5', 'sc_7_a', 'SC-7'],
    ['SOC2', 'cc_6_1', 'CC6.1'],
    ['SOC2', 'cc_a_1_1', 'A1.1'],
    ['SOC2', 'pi_1_2', 'PI1.2'],
    ['ISO27001-2022', 'A.5.15', 'A.5.15'],
    ['NIST-CSF-2.0', 'ra_1', 'ID.RA-01'],
    ['NIST-CSF-2.0', 'PR.AA-01', 'PR.AA-01'],
    ['PCI-4.0', '8.3.10.1', '8.3.10'],
    ['PCI-4.0', '1.2.5.3', '1.2.5'],
    ['PCI-4.0', '3.5.1.3.26', '3.5.1.3'],
    ['PCI-4.0', '10.2.1.3', '10.2.1'],
    ['PCI-4.0', 'A1.1.2.17', 'A1.1.2'],
    ['HIPAA', '164_312_a_2_iv', '164.312(a)(2)(iv)'],
    ['HIPAA', '164_308_a_1_ii_d', '164.308(a)(1)(ii)(D)'],
    ['HIPAA', '164_312_b', '164.312(b)'],
    ['CIS-Controls-8.1', '3.11', '3.11'],
    ['NIST-800-171-Revision-2', '3_1_1', '3.1.1'],
    ['NIST-800-171-Revision-3', '3.1.1', '03.01.01'],
    ['CMMC-2.0', 'AC.L1-3.1.1', 'AC.L2-3.1.1'],
    ['CMMC-2.0', 'AC.L2-3.1.1', 'AC.L2-3.1.1'],
    ['ISO27002-2022', '5.15', '5.15'],
    ['ISO27017-2015', 'CLD.13.1.4', 'CLD.13.1.4'],
    ['ISO27018-2019', 'A.11.13', 'A.11.13'],
    ['ISO27701-2019', 'A.7.3.10', 'A.7.3.10'],
    ['ISO27018-2025', 'A.11.13', 'A.11.13'],
    ['ISO27701-2025', 'A.1.3.11', 'A.1.3.11'],
    ['ISO42001-2023', 'A.6.2.8', 'A.6.2.8'],
    ['CSA-CCM-4.1', 'A&A-01', 'A&A-01'],
    ['NIS2', '13.3.3', '13.3.3'],
    ['DORA', 'article_9_2', '9.2'],
    ['GDPR', 'Art. 32.1.a', '32.1.a'],
    ['EU-AI-Act', '15.5', '15.5'],
    ['DPDP-2023', '8(5)', '8(5)'],
    ['SEBI-CSCRF', 'GV.OC.S1', 'GV.OC.S1'],
    ['OWASP-Top-10-2025', 'A01', 'A01:2025'],
    ['OWASP-Top10-2025', 'A10:2025', 'A10:2025'],
    ['NIST-AI-RMF', 'MEASURE 2.13', 'MEASURE 2.13'],
    ['NIST-Privacy-Framework-1.0', 'PR.PO-P10', 'PR.PO-P10'],
    ['NIST-SSDF-1.1', 'PW.4.4', 'PW.4.4'],
  ])('%s %s is %s', (framework, id, requirement) => {
    expect(read(framework, id)).toBe(requirement);
  });

  it.each([
    ['CIS-3.0', '1.4'],
    ['PCI-3.2.1', '1.1'],
    ['ISO27001-2013', 'A.10.1.A'],
    ['NIST-CSF-1.1', 'ac_1'],
    ['NIST-CSF-2.0', 'ip_12'],
    ['NIST-CSF-2.0', 'co_1'],
    ['NIST-800-53-Revision-4', 'ac_2'],
    ['NIST-800-53-Revision-5', 'zz_1'],
    ['CIS-Controls-8.1', '3.11.2'],
    ['ISO27001-2022', 'A.5'],
    ['SOC2', ''],
    ['MITRE-ATTACK', 'T1078'],
    ['CSA-CCM-4.0', 'A&A-01'],
    ['GDPR', 'article_32'],
    ['OWASP-Top-10-2021', 'A01'],
    ['NIST-800-171-Revision-1', '3_1_1'],
  ])('%s %s is ignored and counted', (framework, id) => {
    expect(stated.read({ [framework]: [id] })).toEqual({ requirements: [], ignored: 1 });
  });

  it('counts each requirement once, whatever the order', () => {
    const ids = ['ac_2_3_c', 'ac_2_3_a', 'nonsense', 'ac_2_3'];
    const once = stated.read({ 'NIST-800-53-Revision-5': ids, SOC2: ['cc_6_1'] });
    const turned = stated.read({ SOC2: ['cc_6_1'], 'NIST-800-53-Revision-5': [...ids].reverse() });
    expect(once.requirements.map(({ requirement }) => requirement)).toEqual(['AC-2(3)', 'CC6.1']);
    expect(once.ignored).toBe(1);
    expect(turned).toEqual(once);
  });

  it('has a name for every shipped framework except the directive behind NIS2', () => {
    const names = loadCatalogue().frameworks;
    const named = [
      ...['SOC2', 'ISO27001-2022', 'NIST-CSF-2.0', 'NIST-800-53-Revision-5', 'PCI-4.0', 'HIPAA'],
      ...['CIS-Controls-8.1', 'NIST-800-171-Revision-2', 'NIST-800-171-Revision-3', 'CMMC-2.0'],
      ...['ISO27002-2022', 'ISO27017-2015', 'ISO27018-2019', 'ISO27701-2019', 'ISO42001-2023'],
      ...['ISO27018-2025', 'ISO27701-2025'],
      ...['CSA-CCM-4.1', 'NIS2', 'DORA', 'GDPR', 'EU-AI-Act', 'DPDP-2023', 'SEBI-CSCRF'],
      ...['OWASP-Top-10-2025', 'NIST-AI-RMF', 'NIST-Privacy-Framework-1.0', 'NIST-SSDF-1.1'],
    ].map(frameworkOf);
    expect([...new Set(named), 'nis2'].sort()).toEqual([...names.keys()].sort());
  });

  it('does not confuse frameworks', () => {
    expect(frameworkOf('NIST-800-53-Revision-50')).toBe(undefined);
    expect(frameworkOf('PCI-DSS-4.0.1')).toBe('pci-dss-4.0.1');
    expect(frameworkOf('SOC 2')).toBe('soc2-tsc-2017');
    expect(frameworkOf('CIS-8.1')).toBe(undefined);
  });
});
