/** For messages: what may be given. */
export const ACCEPTED =
  'give a report of Prowler (OCSF, CSV, ASFF, 3.x JSON), Trivy (JSON), ZAP (JSON, XML), Nmap (XML), nuclei (JSON Lines), ' +
  'or of any tool as SARIF 2.1.0 or OCSF (class 2003, 2004); plain or gzip';
