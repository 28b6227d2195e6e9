import { ConfigException, type Properties } from '@millrace/api';
import { CONFIG, type Keys } from './definition.ts';
import { configProblems, type Problem } from './cross-checks.ts';
import { topicConfig } from './topic-config.ts';
import { overriddenTopics, withOverrides } from './topic-overrides.ts';

/** The connector's keys. @throws ConfigException that names the first key that is wrong, those of topic overrides included */
export function sinkConfig(props: Properties): Keys {
  const keys = CONFIG.parse(withOverrides(props, ''));
  const [problem] = allProblems(props);
  if (problem !== undefined) throw new ConfigException(problemText(problem), { configKey: problem.key });
  topicConfig(props, '');
  return keys;
}

/** Contradictions among keys, for all topics and then for each with overrides. @throws ConfigException if an override cannot be read */
export function allProblems(props: Properties): Problem[] {
  const problems = configProblems(CONFIG.parse(withOverrides(props, '')));
  for (const topic of overriddenTopics(props)) {
    for (const problem of configProblems(topicConfig(props, topic).keys)) {
      if (!problems.some(({ key }) => key === problem.key)) problems.push({ ...problem, message: `topic ${topic}: ${problem.message}` });
    }
  }
  return problems;
}

/** A problem as validation says it. */
export function problemText({ key, message }: Problem): string {
  return `Invalid value for configuration ${key}: ${message}`;
}
