# Writes core/build.h; leaves it alone when nothing changed, so that nothing is compiled again. A folder that is no git
# checkout (a release archive) has no revision.
cmake_minimum_required(VERSION 3.20)
set(REVISION "unknown")
if(GIT AND EXISTS ${SOURCE}/.git)
    execute_process(COMMAND ${GIT} -C ${SOURCE} describe --always --dirty --tags
        OUTPUT_VARIABLE answer ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
    if(NOT failed)
        set(REVISION ${answer})
    endif()
endif()
string(REPLACE "\"" "\\\"" FLAGS "${FLAGS}")
set(text "/* What was built, by what, and from which revision. Written by the build. */
#ifndef RH_CORE_BUILD_H
#define RH_CORE_BUILD_H

#define RH_BUILD_VERSION \"${VERSION}\"
#define RH_BUILD_REVISION \"${REVISION}\"
#define RH_BUILD_COMPILER \"${COMPILER}\"
#define RH_BUILD_FLAGS \"${FLAGS}\"
#define RH_BUILD_SYSTEM \"${SYSTEM}\"
#define RH_BUILD_HDF5 \"${HDF5}\"

#endif
")
set(before "")
if(EXISTS ${OUTPUT})
    file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
    file(WRITE ${OUTPUT} "${text}")
endif()
