import { type ViewedCase } from '../../app/cases/for-viewer';
import { trailWords } from '../../app/cases/trail-words';
import { fullDate, fullMoment } from '../../domain/dates-for-people';
import { type Instant } from '../../domain/records';

type TrailEvent = ViewedCase['shown']['audit'][number];

/** A line of a trail, in words. */
export interface TrailLine {
  readonly when: string;
  readonly who: string;
  readonly what: string;
  readonly said: string;
}

/** How a case's days, moments and people are written for its reader. */
export class CaseWording {
  constructor(private readonly viewed: Pick<ViewedCase, 'shown' | 'person'>) {}

  /** `Friday 4 December 2026`; empty for no date. */
  readonly day = (instant: Instant | null): string =>
    instant === null ? '' : fullDate(instant, this.viewed.shown.zone);

  /** `4 December 2026, 17:00` */
  readonly moment = (instant: Instant): string => fullMoment(instant, this.viewed.shown.zone);

  readonly line = (event: TrailEvent): TrailLine => {
    const { person } = this.viewed;
    const { at, actor, enteredBy } = event;
    const words = trailWords(event, { day: this.day, person });
    const who = enteredBy === null ? person(actor) : `${person(actor)}, entered by ${person(enteredBy)}`;
    return { when: this.moment(at), who, ...words };
  };
}
