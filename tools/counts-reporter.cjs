'use strict';
const { writeFileSync } = require('node:fs');

/** Hands the run's counts to tools/test.mjs, which prints the closing line after everything else has been printed. */
class CountsReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = results;
    const counts = {
      passed: numPassedTests,
      // A file that could not even run has no failed test of its own, and is a failure all the same.
      failed: numFailedTests + numRuntimeErrorTestSuites,
      skipped: numPendingTests + numTodoTests,
    };
    const file = process.env.CLEARSITE_TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(counts));
  }
}

module.exports = CountsReporter;
