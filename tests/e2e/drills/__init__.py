"""What tests share that run whole pipelines as processes of their own."""
