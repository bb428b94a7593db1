#!/usr/bin/env Rscript
# ETS, Croston and TSB for bench/peers/forecasts.py.
#
#     Rscript forecasts.R FOLDER HORIZON MEMBERS CORES
#
# Of each FOLDER/known-K.csv (rows: calendar month of the first value, a number that pools series, then the months up to
# the origin, empty before the first sale) it writes FOLDER/ETS-K.paths, Croston-K.paths, TSB-K.paths: MEMBERS possible
# futures of each series, float32 [series][HORIZON][MEMBERS]; and the point forecasts NAME-K.points, float64
# [series][HORIZON].
#
# ETS is forecast::ets: the error, trend and season by AICc; a season where two years are known, as it needs them. Its
# futures are simulate() of the model. Croston and TSB are methods of a point forecast. As a distribution each month has
# a sale with the method's own probability, of the method's own size times one of the series' past sizes relative to
# their mean; and each future goes on smoothing with what it draws.
suppressMessages({
  library(forecast)
  library(parallel)
})
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
horizon <- as.integer(arguments[2])
members <- as.integer(arguments[3])
cores <- as.integer(arguments[4])

LEAST_SIZES <- 5 # of its own; with fewer the sizes of all series of the same pool, each relative to its mean

# Months drawn at random: what is left where no model can be fitted.
resampled <- function(x) {
  drawn <- sample(c(x, x), members * horizon, replace = TRUE) # twice, as sample(5) is not 5
  list(paths = matrix(drawn, members, horizon), point = rep(mean(x), horizon))
}

ets_forecast <- function(x, start) {
  series <- ts(x, start = c(2000, start), frequency = if (length(x) >= 24) 12 else 1)
  fit <- if (length(x) >= 4) tryCatch(suppressWarnings(ets(series)), error = function(e) NULL)
  if (is.null(fit)) {
    return(resampled(x))
  }
  paths <- t(replicate(members, as.numeric(simulate(fit, nsim = horizon, future = TRUE, bootstrap = FALSE))))
  point <- as.numeric(forecast(fit, h = horizon, PI = FALSE)$mean)
  if (min(x) >= 0) { # without returns nothing is below 0
    paths <- pmax(paths, 0)
    point <- pmax(point, 0)
  }
  if (all(is.finite(paths))) list(paths = paths, point = point) else resampled(x)
}

# Croston 1972: sizes and intervals between sales, smoothed with the same alpha, as forecast::croston does (which has an
# alpha for all series; here it is the one that would have forecast the next month of this series best).
croston_run <- function(x, alpha) {
  size <- x[1]
  interval <- 1
  gap <- 1
  miss <- numeric(0)
  for (value in x[-1]) {
    miss <- c(miss, value - size / interval)
    if (value != 0) {
      size <- size + alpha * (value - size)
      interval <- interval + alpha * (gap - interval)
      gap <- 1
    } else {
      gap <- gap + 1
    }
  }
  list(alpha = alpha, size = size, interval = interval, gap = gap, loss = sum(miss^2))
}

croston_fit <- function(x) {
  runs <- lapply(c(0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5), function(alpha) croston_run(x, alpha))
  runs[[which.min(sapply(runs, `[[`, "loss"))]]
}

croston_forecast <- function(fit, sizes) {
  size <- rep(fit$size, members)
  interval <- rep(fit$interval, members)
  gap <- rep(fit$gap, members)
  paths <- matrix(0, members, horizon)
  for (t in seq_len(horizon)) {
    sold <- runif(members) * pmax(interval, 1) < 1
    value <- size * sample(sizes, members, replace = TRUE)
    paths[sold, t] <- value[sold]
    size <- ifelse(sold, size + fit$alpha * (value - size), size)
    interval <- ifelse(sold, interval + fit$alpha * (gap - interval), interval)
    gap <- ifelse(sold, 1, gap + 1)
  }
  list(paths = paths, point = rep(fit$size / fit$interval, horizon))
}

# Teunter, Syntetos & Babai 2011, doi:10.1016/j.ejor.2011.05.018: the size is smoothed when there is a sale, the
# probability of one every month, so that a series that ends fades. The start is the mean of the first year.
tsb_run <- function(x, alpha, beta) {
  first <- x[seq_len(min(12, length(x)))]
  size <- mean(first[first != 0])
  chance <- mean(first != 0)
  loss <- 0
  for (value in x) {
    loss <- loss + (value - size * chance)^2
    if (value != 0) {
      size <- size + alpha * (value - size)
    }
    chance <- chance + beta * ((value != 0) - chance)
  }
  list(alpha = alpha, beta = beta, size = size, chance = chance, loss = loss)
}

tsb_fit <- function(x) {
  scale <- mean(x^2) * length(x)
  best <- optim(c(0.1, 0.1), function(p) tsb_run(x, p[1], p[2])$loss / scale, method = "L-BFGS-B", lower = 0, upper = 1)
  tsb_run(x, best$par[1], best$par[2])
}

tsb_forecast <- function(fit, sizes) {
  size <- rep(fit$size, members)
  chance <- rep(fit$chance, members)
  paths <- matrix(0, members, horizon)
  for (t in seq_len(horizon)) {
    sold <- runif(members) < chance
    value <- size * sample(sizes, members, replace = TRUE)
    paths[sold, t] <- value[sold]
    size <- ifelse(sold, size + fit$alpha * (value - size), size)
    chance <- chance + fit$beta * (sold - chance)
  }
  list(paths = paths, point = rep(fit$size * fit$chance, horizon))
}

# Our recursion is the package's.
expect_croston <- function(x, fit) {
  if (all(x >= 0) && sum(x > 0) > 1) {
    package <- as.numeric(croston(x, h = 1, alpha = fit$alpha)$mean)
    stopifnot(isTRUE(all.equal(package, fit$size / fit$interval)))
  }
}

# Sizes relative to their mean, so that the distribution's mean is the method's forecast.
relative_sizes <- function(x) {
  sizes <- x[x != 0]
  if (length(sizes) >= LEAST_SIZES && mean(sizes) > 0) sizes / mean(sizes)
}

nothing <- list(paths = matrix(0, members, horizon), point = rep(0, horizon)) # of what never sold, net

run <- function(index) {
  table <- as.matrix(read.csv(file.path(folder, sprintf("known-%d.csv", index)), header = FALSE))
  series <- lapply(seq_len(nrow(table)), function(k) as.numeric(na.omit(table[k, -(1:2)])))
  pool <- as.character(table[, 2])
  each <- function(what, empty) mclapply(seq_along(series), function(k) {
    set.seed(100000 * index + k)
    if (any(series[[k]] != 0)) what(k) else empty
  }, mc.cores = cores)
  crostons <- each(function(k) croston_fit(series[[k]]), list())
  tsbs <- each(function(k) tsb_fit(series[[k]]), list())
  for (k in seq_len(min(20, length(series)))) expect_croston(series[[k]], crostons[[k]])
  own <- lapply(series, relative_sizes)
  pooled <- lapply(split(own, pool), unlist)
  sizes_of <- function(k) {
    sizes <- if (is.null(own[[k]])) pooled[[pool[k]]] else own[[k]]
    if (is.null(sizes)) c(1, 1) else sizes
  }
  forecasts <- list(
    ETS = each(function(k) ets_forecast(series[[k]], table[k, 1]), nothing),
    Croston = each(function(k) croston_forecast(crostons[[k]], sizes_of(k)), nothing),
    TSB = each(function(k) tsb_forecast(tsbs[[k]], sizes_of(k)), nothing)
  )
  for (name in names(forecasts)) {
    paths <- file(file.path(folder, sprintf("%s-%d.paths", name, index)), "wb")
    points <- file(file.path(folder, sprintf("%s-%d.points", name, index)), "wb")
    for (one in forecasts[[name]]) {
      stopifnot(dim(one$paths) == c(members, horizon), is.finite(one$paths), is.finite(one$point))
      writeBin(as.numeric(one$paths), paths, size = 4)
      writeBin(as.numeric(one$point), points, size = 8)
    }
    close(paths)
    close(points)
  }
}

for (index in seq_along(list.files(folder, "^known-[0-9]+[.]csv$")) - 1) run(index)
