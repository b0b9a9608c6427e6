/** Which characters a token consists of behind its prefix. */
export type TokenChars =
  | 'word'
  | 'token'
  | 'bearer'
  | 'upper'
  | 'hex'
  | 'alnum'
  | 'base64'
  | 'any base64';

/** How the tokens of one issuer look. */
export interface TokenShape {
  family: string;
  /** At least three characters. */
  prefix: string;
  chars: TokenChars;
  /** Characters behind the prefix; a shorter run is a name. */
  min: number;
  /** A longer run is something else. */
  max?: number;
  /** Characters in front of the prefix that belong to the token. */
  before?: number;
  /** A run without a digit is a name: `sk-something-in-words`. */
  needsDigit?: true;
}

const shapes = (
  family: string,
  prefixes: string,
  chars: TokenChars,
  min: number,
  more: Pick<TokenShape, 'max' | 'before' | 'needsDigit'> = {},
): TokenShape[] => prefixes.split(' ').map((prefix) => ({ family, prefix, chars, min, ...more }));

/** What base64 of a text that begins so always begins with. */
const base64Of = (text: string) =>
  Buffer.from(text.slice(0, text.length - (text.length % 3))).toString('base64');

/**
 * Every token that is recognised by how it begins. Shapes that need more than a prefix (JWT, keys in PEM, passwords in
 * addresses, bots of Telegram and Discord) are functions of `secret-tokens.ts`. Looking for a prefix that ends in
 * `_`, `-`, `.` or `~`, or contains A, G or J, costs least; each other one is searched by itself.
 */
export const TOKEN_SHAPES: readonly TokenShape[] = [
  ...shapes('GitHub', 'ghp_ gho_ ghu_ ghs_ ghr_ github_pat_', 'word', 20),
  ...shapes(
    'GitLab',
    'glpat- gldt- glrt- glcbt- glptt- glft- glimt- glagent- glsoat- glffct-',
    'token',
    16,
  ),
  ...shapes('Stripe', 'sk_live_ sk_test_ rk_live_ rk_test_', 'word', 10),
  ...shapes('webhook secrets', 'whsec_', 'bearer', 20),
  ...shapes('npm', 'npm_', 'word', 30),
  ...shapes('PyPI', 'pypi-', 'token', 40),
  ...shapes('RubyGems', 'rubygems_', 'word', 40),
  ...shapes('Docker', 'dckr_pat_ dckr_oat_', 'token', 20),
  ...shapes('Hugging Face', 'hf_ api_org_', 'word', 30),
  ...shapes('DigitalOcean', 'dop_v1_ doo_v1_ dor_v1_', 'word', 30),
  ...shapes('Shopify', 'shpat_ shpca_ shppa_ shpss_', 'word', 30),
  ...shapes('Slack', 'xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-', 'token', 10),
  ...shapes('OpenAI, Anthropic', 'sk-', 'token', 24, { needsDigit: true }),
  ...shapes('Groq', 'gsk_', 'word', 40),
  ...shapes('xAI', 'xai-', 'token', 60),
  ...shapes('Replicate', 'r8_', 'word', 30),
  ...shapes('HashiCorp Vault', 'hvs. hvb. hvr.', 'token', 24),
  ...shapes('Terraform Cloud', 'atlasv1.', 'token', 60),
  ...shapes('Google', 'ya29. GOCSPX-', 'token', 20),
  ...shapes('SendGrid', 'SG.', 'bearer', 40),
  ...shapes('Doppler', 'dp.pt. dp.st. dp.ct. dp.sa.', 'bearer', 40),
  ...shapes('Dynatrace', 'dt0c01. dt0s01.', 'bearer', 60),
  ...shapes('Grafana', 'glc_ glsa_', 'base64', 32),
  ...shapes('Linear', 'lin_api_', 'word', 32),
  ...shapes('Notion', 'ntn_', 'word', 40),
  ...shapes('New Relic', 'NRAK- NRJS- NRII-', 'token', 19),
  ...shapes('Postman', 'PMAK-', 'token', 50),
  ...shapes('PlanetScale', 'pscale_tkn_ pscale_pw_ pscale_oauth_', 'bearer', 32),
  ...shapes('Pulumi', 'pul-', 'token', 40, { needsDigit: true }),
  ...shapes('Sentry', 'sntrys_ sntryu_', 'base64', 40),
  ...shapes('SonarQube', 'squ_ sqp_ sqa_', 'word', 40),
  ...shapes('Square', 'sq0atp- sq0csp-', 'token', 20),
  ...shapes('Supabase', 'sbp_', 'word', 40),
  ...shapes('Netlify', 'nfp_', 'word', 36),
  ...shapes('Fly', 'fo1_ fm2_', 'base64', 40),
  ...shapes('Tailscale', 'tskey-', 'token', 20, { needsDigit: true }),
  ...shapes('Buildkite', 'bkua_', 'word', 40),
  ...shapes('CircleCI', 'CCIPAT_', 'word', 40),
  ...shapes('Heroku', 'HRKU-', 'token', 30),
  ...shapes('Figma', 'figd_', 'token', 40),
  ...shapes('Typeform', 'tfp_', 'token', 40),
  ...shapes('Sourcegraph', 'sgp_', 'word', 40),
  ...shapes('Contentful', 'CFPAT-', 'token', 40),
  ...shapes('Azure applications', '8Q~ 7Q~', 'bearer', 31, { before: 3, max: 38 }),
  ...shapes('1Password', 'ops_', 'base64', 92),
  ...shapes('Vercel', 'vcp_ vci_ vca_ vcr_ vck_', 'word', 20, { needsDigit: true }),
  ...shapes('Databricks', 'dapi', 'hex', 32),
  ...shapes('Atlassian', 'ATATT3 ATCTT3', 'any base64', 60),
  ...shapes('Bitbucket', 'ATBB', 'alnum', 28),
  ...shapes('HubSpot', 'pat-na1- pat-eu1-', 'token', 36),
  ...shapes('Mailgun', 'key-', 'hex', 32, { max: 32 }),
  ...shapes('Brevo', 'xkeysib- xsmtpsib-', 'token', 60),
  ...shapes('JFrog', 'AKCp', 'alnum', 60),
  ...shapes('JFrog', base64Of('reftkn'), 'alnum', 50),
  ...shapes('Alibaba Cloud', 'LTAI', 'alnum', 12, { max: 26, needsDigit: true }),
  ...shapes('OpenShift', 'sha256~', 'token', 40),
  ...shapes('NuGet', 'oy2', 'alnum', 43, { max: 43 }),
  ...shapes('NVIDIA', 'nvapi-', 'token', 60),
  ...shapes('Pinecone', 'pcsk_', 'word', 50),
  ...shapes('Perplexity', 'pplx-', 'alnum', 40),
  ...shapes('LangSmith', 'lsv2_pt_ lsv2_sk_', 'word', 40),
  ...shapes('Dropbox', 'sl.', 'token', 100),
  ...shapes('AWS access keys', 'AKIA ASIA', 'upper', 16, { max: 16 }),
  ...shapes('AWS access keys', 'A3T', 'upper', 17, { max: 17 }),
  // Base64 of what they name; also the beginning of one that was cut.
  ...shapes(
    'AWS session tokens',
    'IQoJb3JpZ2lu FwoGZXIvYXdz FQoGZXIvYXdz AQoDYXdz',
    'any base64',
    6,
  ),
  ...shapes('Amazon Bedrock', 'ABSKQmVkcm9ja0FQSUtleS', 'base64', 80),
  ...shapes('Google API keys', 'AIza', 'token', 30),
  ...shapes('age', 'AGE-SECRET-KEY-1', 'upper', 50),
  ...['RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED ', 'DSA ', ''].flatMap((kind) =>
    shapes('keys in base64', base64Of(`-----BEGIN ${kind}PRIVATE KEY`), 'any base64', 40),
  ),
  ...['{"auths":', '{\n "auths":', '{\n\t"auths":', '{\n  "auths":', '{ "auths":'].flatMap(
    (start) => shapes('Docker logins in base64', base64Of(start), 'any base64', 20),
  ),
];
