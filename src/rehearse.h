/* The public face of librehearse: these headers are installed, what they do not name is private to its room. Each is
 * the contract of its module and can be included alone. */
#ifndef RH_REHEARSE_H
#define RH_REHEARSE_H

#include "core/build.h"
#include "core/bytes.h"
#include "core/calendar.h"
#include "core/error.h"
#include "core/file.h"
#include "core/memory.h"
#include "core/money.h"
#include "core/problems.h"
#include "core/progress.h"
#include "core/rng.h"
#include "core/text.h"
#include "core/variates.h"
#include "core/yaml.h"

#include "history/history.h"
#include "history/import.h"
#include "history/panel.h"
#include "history/until.h"

#include "stats/block.h"
#include "stats/contribution.h"
#include "stats/finance.h"
#include "stats/kpi.h"
#include "stats/outcomes.h"
#include "stats/precision.h"
#include "stats/score.h"
#include "stats/shift.h"
#include "stats/sketch.h"
#include "stats/sobol.h"
#include "stats/summary.h"
#include "stats/tail.h"

#include "program/check.h"
#include "program/explain.h"
#include "program/keys.h"
#include "program/parse.h"
#include "program/parse_study.h"
#include "program/program.h"
#include "program/schedule.h"
#include "program/settle.h"
#include "program/study.h"
#include "program/value.h"

#include "model/baseline.h"
#include "model/belief.h"
#include "model/learned.h"
#include "model/life.h"
#include "model/parameters.h"
#include "model/replay.h"
#include "model/season.h"
#include "model/tuning.h"
#include "model/usage.h"

#include "engine/engine.h"
#include "engine/plan.h"
#include "engine/watch.h"

#include "backtest/backtest.h"
#include "backtest/tune.h"

#include "fit/fit.h"
#include "fit/ppml.h"

#include "results/results.h"

#include "report/compare.h"
#include "report/picture.h"
#include "report/plot.h"
#include "report/theme.h"

#include "synth/world.h"

#endif
