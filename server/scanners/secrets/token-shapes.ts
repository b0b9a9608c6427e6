/** Which characters a token consists of behind its prefix. */
export type TokenChars = 'word' | 'token' | 'bearer' | 'upper' | 'base64';

/** How the tokens of one issuer look. */
export interface TokenShape {
  family: string;
  /** Its last character is where the token is recognised: an underscore, a dash, a dot or a tilde. */
  prefix: string;
  chars: TokenChars;
  /** Characters behind the prefix; a shorter run is a name. */
  min: number;
  /** A run without a digit is a name: `sk-something-in-words`. */
  needsDigit?: true;
}

const shapes = (
  family: string,
  prefixes: string,
  chars: TokenChars,
  min: number,
  more: Pick<TokenShape, 'needsDigit'> = {},
): TokenShape[] => prefixes.split(' ').map((prefix) => ({ family, prefix, chars, min, ...more }));

/**
 * Every token that is recognised by how it begins. Shapes that need more than a prefix (keys of AWS and Google, JWT,
 * keys in PEM, passwords in addresses, bots of Telegram) are functions of `secret-tokens.ts`.
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
  ...shapes('Azure applications', '8Q~ 7Q~', 'bearer', 31),
];
