/** The names that SimpleDateFormat prints and reads in the locale en_US. */

export const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** From Sunday. */
export const WEEKDAYS: readonly string[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const ERAS: readonly string[] = ['BC', 'AD'];
export const LONG_ERAS: readonly string[] = ['Before Christ', 'Anno Domini'];
export const AM_PM: readonly string[] = ['AM', 'PM'];

/** The first three letters. */
export function shortNames(names: readonly string[]): readonly string[] {
  return names.map((name) => name.slice(0, 3));
}

/** Offsets from UTC, in minutes, of the zone names that are read; longer names first, so that none hides behind its beginning. */
export const ZONE_OFFSETS: ReadonlyMap<string, number> = new Map(
  (
    [
      ['Coordinated Universal Time', 0],
      ['Greenwich Mean Time', 0],
      ['Eastern Standard Time', -300],
      ['Eastern Daylight Time', -240],
      ['Central Standard Time', -360],
      ['Central Daylight Time', -300],
      ['Mountain Standard Time', -420],
      ['Mountain Daylight Time', -360],
      ['Pacific Standard Time', -480],
      ['Pacific Daylight Time', -420],
      ['Central European Standard Time', 60],
      ['Central European Summer Time', 120],
      ['AKST', -540],
      ['AKDT', -480],
      ['CEST', 120],
      ['EEST', 180],
      ['WEST', 60],
      ['AEST', 600],
      ['AEDT', 660],
      ['ACST', 570],
      ['ACDT', 630],
      ['AWST', 480],
      ['NZST', 720],
      ['NZDT', 780],
      ['UTC', 0],
      ['GMT', 0],
      ['EST', -300],
      ['EDT', -240],
      ['CST', -360],
      ['CDT', -300],
      ['MST', -420],
      ['MDT', -360],
      ['PST', -480],
      ['PDT', -420],
      ['HST', -600],
      ['AST', -240],
      ['ADT', -180],
      ['NST', -210],
      ['NDT', -150],
      ['CET', 60],
      ['EET', 120],
      ['WET', 0],
      ['BST', 60],
      ['MSK', 180],
      ['IST', 330],
      ['PKT', 300],
      ['SGT', 480],
      ['HKT', 480],
      ['JST', 540],
      ['KST', 540],
    ] as const
  )
    .toSorted((left, right) => right[0].length - left[0].length)
    .map(([name, minutes]) => [name, minutes]),
);
