/* What the loops share: columns in, one byte a record out: the place of the level, or REJECTED. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define REJECTED 255
#define NUMBERS 30

typedef struct {
    int weight, falling;
    int16_t three, two;       /* in tenths */
    double three_f, two_f;
} cut_t;
