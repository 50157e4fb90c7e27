"""Adapters: other people's conventions made into `forward` and `backward`. Each is imported only when named."""
