/* The world file of the artificial channel. */
#include "synth/world.h"
#include "target.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_make_folder();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rh_world *world = NULL;
    struct rh_problems problems;
    rh_problems_init(&problems);
    problems.limit = MOST_PROBLEMS;
    int code = rh_world_create(&world, fuzz_write("world.yaml", data, size), &problems);
    check_problems(&problems, code, size);
    rh_world_destroy(world);
    rh_problems_free(&problems);
    return 0;
}
