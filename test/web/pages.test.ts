import { startFullProgramme } from './a-full-programme';
import { describeEveryPage } from './every-page';

describeEveryPage('where everything has happened', startFullProgramme);
