"""`python -m markscheme` is `markscheme`."""

import sys

from .cli import main

sys.exit(main())
