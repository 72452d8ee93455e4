"""What is measured: each module measures one thing and says it as ratios, side by side."""
