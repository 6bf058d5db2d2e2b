/* The fastest loops found: a column at a time in blocks that stay in cache, without branches, so that the compiler
   turns each inner loop into vector instructions. */
#include "rate.h"

#define BLOCK 4096

static long least(long a, long b) { return a < b ? a : b; }

void w1(const uint8_t *restrict *columns, uint8_t *restrict out, long count)
{
    const uint8_t *restrict a = columns[0], *restrict b = columns[1], *restrict c = columns[2];
    const uint8_t *restrict d = columns[3], *restrict e = columns[4];
    for (long i = 0; i < count; i++) {
        uint8_t wrong = (a[i] > 3) | (b[i] > 3) | (c[i] > 3) | (d[i] > 3) | (e[i] > 3);
        uint8_t inadequate = (a[i] == 0) + (b[i] == 0) + (c[i] == 0) + (d[i] == 0) + (e[i] == 0);
        uint8_t requires = (a[i] == 1) + (b[i] == 1) + (c[i] == 1) + (d[i] == 1) + (e[i] == 1);
        uint8_t outstanding = (a[i] == 3) + (b[i] == 3) + (c[i] == 3) + (d[i] == 3) + (e[i] == 3);
        uint8_t rated = 2;
        rated = (outstanding >= 2) & (requires == 0) ? 3 : rated;
        rated = (inadequate == 1) | (requires >= 2) ? 1 : rated;
        rated = inadequate >= 2 ? 0 : rated;
        out[i] = wrong ? REJECTED : rated;
    }
}

/* A mean rounded half up passes 2, 3 and 4 where the sum does these; one score of 1 keeps it at 2. */
#define THEME(sum, one, two, three, four) (1 + ((sum) >= (two)) + (((sum) >= (three)) & !(one)) + (((sum) >= (four)) & !(one)))

void w2(const uint8_t *restrict *columns, uint8_t *restrict out, long count)
{
    const uint8_t *restrict p = columns[0], *restrict q = columns[1], *restrict r = columns[2];
    const uint8_t *restrict s = columns[3], *restrict t = columns[4], *restrict u = columns[5], *restrict v = columns[6];
    const uint8_t *restrict w = columns[7], *restrict x = columns[8];
    for (long i = 0; i < count; i++) {
        uint8_t most = 0, ones_a, ones_b, ones_c;
#define WRONG(column) most = most > (uint8_t)(column[i] - 1) ? most : (uint8_t)(column[i] - 1)
        WRONG(p); WRONG(q); WRONG(r); WRONG(s); WRONG(t); WRONG(u); WRONG(v); WRONG(w); WRONG(x);
        ones_a = (p[i] == 1) | (q[i] == 1) | (r[i] == 1);
        ones_b = (s[i] == 1) | (t[i] == 1) | (u[i] == 1) | (v[i] == 1);
        ones_c = (w[i] == 1) | (x[i] == 1);
        uint8_t sum_a = p[i] + q[i] + r[i], sum_b = s[i] + t[i] + u[i] + v[i], sum_c = w[i] + x[i];
        uint8_t a = THEME(sum_a, ones_a, 5, 8, 11), b = THEME(sum_b, ones_b, 6, 10, 14), c = THEME(sum_c, ones_c, 3, 5, 7);
        uint8_t lowest = a < b ? a : b;
        lowest = c < lowest ? c : lowest;
        uint8_t fours = (a >= 4) + (b >= 4) + (c >= 4), threes = (a >= 3) + (b >= 3) + (c >= 3);
        uint8_t twos = (a >= 2) + (b >= 2) + (c >= 2);
        uint8_t rated = twos >= 2;
        rated = (threes >= 2) & (lowest >= 2) ? 2 : rated;
        rated = (fours >= 2) & (lowest >= 3) ? 3 : rated;
        out[i] = most > 3 ? REJECTED : rated;
    }
}

static void finish(const uint8_t *restrict total, const uint8_t *restrict wrong, const uint8_t *restrict leadership,
                   const uint8_t *restrict capability, const uint8_t *restrict table, uint8_t *restrict out, long size)
{
    for (long i = 0; i < size; i++) {
        uint8_t l = leadership[i] - 1, c = capability[i] - 1;
        uint8_t band = (total[i] >= 60) + (total[i] >= 90) + (total[i] >= 120);
        uint8_t rated = table[(16 * band + 4 * l + c) & 63];
        out[i] = wrong[i] | (l > 3) | (c > 3) ? REJECTED : rated;
    }
}

void w3_tenths(const int16_t *restrict *columns, const uint8_t *restrict leadership, const uint8_t *restrict capability,
               const cut_t *restrict cuts, const uint8_t *restrict table, uint8_t *restrict out, long count)
{
    for (long start = 0; start < count; start += BLOCK) {
        long size = least(BLOCK, count - start);
        uint8_t total[BLOCK] = {0}, wrong[BLOCK] = {0};
        for (int k = 0; k < NUMBERS; k++) {
            const int16_t *restrict value = columns[k] + start;
            const int16_t three = cuts[k].three, two = cuts[k].two;
            const uint8_t weight = cuts[k].weight;
            if (cuts[k].falling)
                for (long i = 0; i < size; i++) {
                    total[i] += weight * (uint8_t)((value[i] <= three) + 2 * (value[i] <= two));
                    wrong[i] |= (uint16_t)value[i] > 1000;
                }
            else
                for (long i = 0; i < size; i++) {
                    total[i] += weight * (uint8_t)((value[i] >= three) + 2 * (value[i] >= two));
                    wrong[i] |= (uint16_t)value[i] > 1000;
                }
        }
        finish(total, wrong, leadership + start, capability + start, table, out + start, size);
    }
}

void w3_float64(const double *restrict *columns, const uint8_t *restrict leadership, const uint8_t *restrict capability,
                const cut_t *restrict cuts, const uint8_t *restrict table, uint8_t *restrict out, long count)
{
    for (long start = 0; start < count; start += BLOCK) {
        long size = least(BLOCK, count - start);
        uint8_t total[BLOCK] = {0}, wrong[BLOCK] = {0};
        for (int k = 0; k < NUMBERS; k++) {
            const double *restrict value = columns[k] + start;
            const double three = cuts[k].three_f, two = cuts[k].two_f;
            const uint8_t weight = cuts[k].weight;
            const int falling = cuts[k].falling;
            for (long i = 0; i < size; i++) {
                double x = value[i];
                uint8_t best = falling ? x <= three : x >= three, middle = falling ? x <= two : x >= two;
                total[i] += weight * (uint8_t)(best + 2 * middle);
                wrong[i] |= !((x >= 0) & (x <= 100) & (rint(x * 10) / 10 == x));
            }
        }
        finish(total, wrong, leadership + start, capability + start, table, out + start, size);
    }
}
