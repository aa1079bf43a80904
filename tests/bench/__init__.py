"""Speed, each figure beside a baseline taken in the same run (machines are noisy; ratios are not)."""
