/* The loops as one writes them: a record at a time, validated, then rated. */
#include "rate.h"

void w1(const uint8_t *restrict *columns, uint8_t *restrict out, long count)
{
    for (long i = 0; i < count; i++) {
        int inadequate = 0, requires = 0, outstanding = 0, wrong = 0;
        for (int k = 0; k < 5; k++) {
            uint8_t rating = columns[k][i];
            wrong |= rating > 3;
            inadequate += rating == 0;
            requires += rating == 1;
            outstanding += rating == 3;
        }
        if (wrong)
            out[i] = REJECTED;
        else if (inadequate >= 2)
            out[i] = 0;
        else if (inadequate == 1 || requires >= 2)
            out[i] = 1;
        else if (outstanding >= 2 && requires == 0)
            out[i] = 3;
        else
            out[i] = 2;
    }
}

static int theme(const uint8_t *restrict *columns, int count, long i, int *wrong)
{
    int sum = 0, one = 0;
    for (int k = 0; k < count; k++) {
        int score = columns[k][i];
        *wrong |= score < 1 || score > 4;
        one |= score == 1;
        sum += score;
    }
    int mean = (2 * sum + count) / (2 * count);
    return one && mean > 2 ? 2 : mean;
}

void w2(const uint8_t *restrict *columns, uint8_t *restrict out, long count)
{
    for (long i = 0; i < count; i++) {
        int wrong = 0;
        int a = theme(columns, 3, i, &wrong), b = theme(columns + 3, 4, i, &wrong), c = theme(columns + 7, 2, i, &wrong);
        int lowest = a < b ? a : b;
        lowest = c < lowest ? c : lowest;
        if (wrong)
            out[i] = REJECTED;
        else if ((a >= 4) + (b >= 4) + (c >= 4) >= 2 && lowest >= 3)
            out[i] = 3;
        else if ((a >= 3) + (b >= 3) + (c >= 3) >= 2 && lowest >= 2)
            out[i] = 2;
        else if ((a >= 2) + (b >= 2) + (c >= 2) >= 2)
            out[i] = 1;
        else
            out[i] = 0;
    }
}

static uint8_t final(int total, int leadership, int capability, int wrong, const uint8_t *restrict table)
{
    if (wrong || leadership < 1 || leadership > 4 || capability < 1 || capability > 4)
        return REJECTED;
    int band = (total >= 60) + (total >= 90) + (total >= 120);
    return table[16 * band + 4 * (leadership - 1) + capability - 1];
}

void w3_tenths(const int16_t *restrict *columns, const uint8_t *restrict leadership, const uint8_t *restrict capability,
               const cut_t *restrict cuts, const uint8_t *restrict table, uint8_t *restrict out, long count)
{
    for (long i = 0; i < count; i++) {
        int total = 0, wrong = 0;
        for (int k = 0; k < NUMBERS; k++) {
            int value = columns[k][i];
            wrong |= value < 0 || value > 1000;
            int best = cuts[k].falling ? value <= cuts[k].three : value >= cuts[k].three;
            int middle = cuts[k].falling ? value <= cuts[k].two : value >= cuts[k].two;
            total += cuts[k].weight * (best ? 3 : middle ? 2 : 0);
        }
        out[i] = final(total, leadership[i], capability[i], wrong, table);
    }
}

void w3_float64(const double *restrict *columns, const uint8_t *restrict leadership, const uint8_t *restrict capability,
                const cut_t *restrict cuts, const uint8_t *restrict table, uint8_t *restrict out, long count)
{
    for (long i = 0; i < count; i++) {
        int total = 0, wrong = 0;
        for (int k = 0; k < NUMBERS; k++) {
            double value = columns[k][i];
            wrong |= !(value >= 0 && value <= 100 && rint(value * 10) / 10 == value);
            int best = cuts[k].falling ? value <= cuts[k].three_f : value >= cuts[k].three_f;
            int middle = cuts[k].falling ? value <= cuts[k].two_f : value >= cuts[k].two_f;
            total += cuts[k].weight * (best ? 3 : middle ? 2 : 0);
        }
        out[i] = final(total, leadership[i], capability[i], wrong, table);
    }
}
