"""What bench/speed.py runs: workloads, the peers, and the page that says who was how fast."""
