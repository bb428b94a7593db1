# Writes the file INPUT as the C constant NAME to OUTPUT: its bytes, twelve to a line, and a closing NUL.
cmake_minimum_required(VERSION 3.20)
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
string(REPEAT "'\\\\x[0-9a-f][0-9a-f]'," 12 line)
string(REGEX REPLACE "(${line})" "\\1\n    " bytes "${bytes}")
file(WRITE ${OUTPUT} "extern const char ${NAME}[];\nconst char ${NAME}[] = {\n    ${bytes}'\\0'};\n")
