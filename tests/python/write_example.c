/* write_example PATH REPLICATIONS: the results file that test_results.py checks. */
#include "build_results.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct rh_error error;
    if (argc != 3) {
        fprintf(stderr, "usage: write_example PATH REPLICATIONS\n");
        return 2;
    }
    if (example_write(argv[1], strtoull(argv[2], NULL, 10), 300, &error) != RH_OK) {
        fprintf(stderr, "%s: %s\n", error.file, error.message);
        return 1;
    }
    return 0;
}
