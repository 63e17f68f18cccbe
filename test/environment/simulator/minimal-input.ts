// SPDX-License-Identifier: Apache-2.0
import type { Member, ServiceModel, Shape } from '../../../generator/model/model.ts';
import { userData } from '../log-rule.ts';
import { textsOf } from './pattern-texts.ts';
import { type Constraint, constraintsOf } from './protocol/constraints.ts';
import type { Data } from './resource.ts';

/** Texts to try where a text is wanted, the first that keeps the rules being taken. */
const TEXTS = [
  'thing',
  'arn:aws:iam::111122223333:role/thing',
  's3://bucket/thing',
  'arn:aws:sagemaker:us-west-2:111122223333:workteam/private-crowd/thing',
  'arn:aws:lambda:us-west-2:111122223333:function:thing',
  '/opt/ml/thing',
  'a'.repeat(32),
  'd-thing',
  'arn:aws:sagemaker:us-west-2:111122223333:pipeline/thing/execution/thing',
  'arn:aws:sagemaker:us-west-2:111122223333:model-package/thing/1',
  'P1D',
  '1',
  'https://host/thing',
  'https://git.example.com/thing.git',
  'fs-0123456789abcdef0',
  'arn:aws:sns:us-west-2:111122223333:thing',
  'arn:aws:kms:us-west-2:111122223333:key/thing',
  ...[
    'image/thing',
    'image-version/thing/1',
    'studio-lifecycle-config/thing',
    'training-plan/thing',
    'model/thing',
  ].map(arnOf),
  ...['human-task-ui/thing', 'mlflow-app/thing', 'model-package-group/thing'].map(arnOf),
  'arn:aws:sagemaker:us-west-2:aws:hub-content/thing/DataSet/thing',
  'arn:aws:sagemaker:us-west-2:aws:hub-content/thing/Model/thing',
  'arn:aws:secretsmanager:us-west-2:111122223333:secret:thing',
  'arn:aws:codewhisperer:us-west-2:111122223333:profile/thing',
  'arn:aws:sso::111122223333:application/ssoins-thing/apl-thing',
  '111122223333',
  'dzd-thing',
  'text/thing',
  `sha256:${'0'.repeat(64)}`,
  '1.0.1',
  'UserName',
  'notebook-al2-v3',
  '4K',
  '8K',
];

function arnOf(path: string): string {
  return `arn:aws:sagemaker:us-west-2:111122223333:${path}`;
}

/** Values of maps are their users' own. */
const MAP_TEXTS = [`${userData}-1`, ...TEXTS];

/** Values that a person gives for members whose rules no made-up value keeps. */
export interface Samples {
  /** Where they are written, and more of them can be. */
  readonly file: string;
  /** By the names of the members that lead there, lists left out: `Containers.Image`. */
  readonly values: Readonly<Record<string, unknown>>;
}

interface Maker {
  readonly model: ServiceModel;
  readonly samples: Samples | undefined;
  /** The members that lead to what is being made. */
  readonly path: readonly string[];
  /** What could not be made last, and the rules that no text keeps. */
  readonly failure: { last?: { readonly path: readonly string[]; readonly rules: readonly Constraint[] } };
  readonly texts: readonly string[];
  /** With every member there is, instead of those that are required. */
  readonly every: boolean;
  /** Which of the values that fit is taken; 0 is the first. */
  readonly variant: number;
  /** How many elements a list has, where its rules allow it. */
  readonly listLength: number;
  /** Structures being made: one that contains itself is not made again inside. */
  readonly inside: ReadonlySet<string>;
}

/** The least input of an operation: what the model requires, with `given` members in place of made-up ones. */
export function minimalInput(model: ServiceModel, operation: string, given: Data = {}, samples?: Samples): Data {
  return { ...inputOf(model, operation, { every: false, variant: 0, listLength: 0, samples }, given), ...given };
}

/** Which of the inputs that fit is made up. */
export interface InputChoice {
  /** 0 is the first value that fits, 1 another wherever there is another, and so on. */
  readonly variant?: number;
  /** Elements of a list, 1 unless told; they differ wherever they can. */
  readonly listLength?: number;
  readonly samples?: Samples | undefined;
}

/** The input of an operation with every member that a made-up value fits, `given` ones in place of those. */
export function fullInput(model: ServiceModel, operation: string, given: Data = {}, choice: InputChoice = {}): Data {
  const { variant = 0, listLength = 1, samples } = choice;
  return { ...inputOf(model, operation, { every: true, variant, listLength, samples }, given), ...given };
}

type Choice = Pick<Maker, 'every' | 'variant' | 'listLength' | 'samples'>;

function inputOf(model: ServiceModel, operation: string, choice: Choice, given: Data): Data {
  const shape = model.shapes.get(model.operations.get(operation)?.input ?? '');
  if (shape?.kind !== 'structure') throw new Error(`the model has no operation ${operation}`);
  const asked = { ...shape, members: shape.members.filter(({ name }) => !(name in given)) };
  const maker: Maker = { ...choice, model, texts: TEXTS, inside: new Set(), path: [], failure: {} };
  const input = structureOf(maker, asked);
  if (!input) throw new Error(notMade(operation, maker));
  return input;
}

function notMade(operation: string, { failure, samples }: Maker): string {
  const { path = [], rules = [] } = failure.last ?? {};
  const name = path.join('.');
  const broken = rules.map(({ text }) => text).join('; ') || 'it contains itself';
  const help = samples
    ? `say a value in ${samples.file}, under fields: ${name}: { sample: … }`
    : 'add a text that does to TEXTS in test/environment/simulator/minimal-input.ts';
  return `no made-up value of ${operation}'s ${name} keeps its rules (${broken}): ${help}`;
}

/** Undefined where a required member cannot be made up. */
function structureOf(maker: Maker, shape: Extract<Shape, { members: unknown }>): Data | undefined {
  const inner = { ...maker, inside: new Set([...maker.inside, shape.name]) };
  const members = shape.kind === 'union' ? [turn(shape.members, maker.variant)] : shape.members;
  const made: Record<string, unknown> = {};
  for (const member of members) {
    const required = member.traits.required || shape.kind === 'union';
    if (!required && !maker.every) continue;
    const value = madeUp({ ...inner, path: [...maker.path, member.name] }, member);
    if (value !== undefined) made[member.name] = value;
    else if (required) return undefined;
  }
  return made;
}

/** A value of a member, undefined where none is known that keeps its rules. */
function madeUp(maker: Maker, member: Member): unknown {
  const shape = maker.model.shapes.get(member.target);
  if (!shape) throw new Error(`the model has no shape ${member.target}`);
  switch (shape.kind) {
    case 'structure':
    case 'union':
      if (!maker.inside.has(shape.name)) return structureOf(maker, shape);
      maker.failure.last = { path: maker.path, rules: [] };
      return undefined;
    case 'list':
      return listOf(maker, shape);
    case 'map': {
      const key = maker.every ? madeUp(maker, shape.key) : undefined;
      const value = maker.every ? madeUp({ ...maker, texts: MAP_TEXTS }, shape.value) : undefined;
      return key === undefined || value === undefined ? {} : { [String(key)]: value };
    }
    case 'enum':
      return turn(shape.values, maker.variant);
    case 'boolean':
      return maker.variant % 2 === 0;
    case 'string':
    case 'blob':
      return textOf(maker, member, shape);
    default:
      return numberOf(member, shape, maker.variant);
  }
}

function listOf(maker: Maker, shape: Extract<Shape, { kind: 'list' }>): unknown {
  const { min = 0, max = Number.POSITIVE_INFINITY } = shape.traits.length ?? {};
  const length = Math.max(min, Math.min(max, maker.listLength));
  const items = Array.from({ length }, (_, index) =>
    madeUp({ ...maker, variant: maker.variant + (maker.listLength > 1 ? index : 0) }, shape.member),
  );
  if (items.every((item) => item !== undefined)) return items;
  return min > 0 ? undefined : [];
}

function textOf(maker: Maker, member: Member, shape: Shape): string | undefined {
  const { texts, variant, path } = maker;
  const rules = constraintsOf(member, shape);
  const fits = (text: string): boolean => rules.every((rule) => rule.holds(text));
  const sample = maker.samples?.values[path.join('.')];
  const known = texts.filter(fits);
  // What a person says stands in for what is not known.
  const fitting = known.length === 0 && typeof sample === 'string' ? [sample] : known;
  const own = ['2', '3'].flatMap((end) => fitting.slice(0, 1).map((text) => `${text.slice(0, -1)}${end}`));
  // Another one of the same sort first: an ARN in place of a name would be something else.
  const found = [...fitting.slice(0, 1), ...own.filter(fits), ...fitting.slice(1)];
  const candidates = found.length > 1 ? found : [...new Set([...found, ...textsByPattern(member, shape, fits)])];
  if (candidates.length === 0) maker.failure.last = { path, rules };
  return candidates.length === 0 ? undefined : turn(candidates, variant);
}

/** Texts made of the pattern itself, up to one for each of three variants. */
function textsByPattern(member: Member, shape: Shape, fits: (text: string) => boolean): string[] {
  const { pattern, length } = { ...shape.traits, ...member.traits };
  if (pattern === undefined) return [];
  return [0, 1, 2].flatMap(
    (variant) => textsOf(pattern, variant, length?.min).find((text) => text !== '' && fits(text)) ?? [],
  );
}

function numberOf(member: Member, shape: Shape, variant: number): number {
  const { min, max = Number.POSITIVE_INFINITY } = { ...shape.traits.range, ...member.traits.range };
  // A zero would say no more than its absence. Times are long: nothing should end because of one.
  const first = /InSeconds$/.test(member.name)
    ? Math.min(max, Math.max(min ?? 0, 3600))
    : Math.min(max, Math.max(min ?? 1, 1));
  if (first + variant <= max) return first + variant;
  return first - variant >= (min ?? 0) ? first - variant : first;
}

function turn<T>(values: readonly T[], variant: number): T {
  return values[variant % values.length] as T;
}
